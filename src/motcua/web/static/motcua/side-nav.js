// <side-nav><button class="side-toggle" aria-controls=…>…</button><div class="side-nav__list">…</div></side-nav>
// On phones the list is folded behind its button; without script it is simply shown.
class SideNav extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector(".side-toggle");
    this.button.addEventListener("click", () => this.fold(!this.hasAttribute("data-closed")));
    this.fold(true);
  }

  fold(closed) {
    this.toggleAttribute("data-closed", closed);
    this.button.setAttribute("aria-expanded", String(!closed));
  }
}
customElements.define("side-nav", SideNav);
