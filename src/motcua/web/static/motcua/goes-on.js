// <goes-on data-goes-on>: long work is done in pieces, a page for each. With this the next piece is asked for by
// itself; without a script the button is pressed again.
class GoesOn extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    if (!form || !this.hasAttribute("data-goes-on")) return;
    this.timer = setTimeout(() => form.requestSubmit(), 700);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }
}
customElements.define("goes-on", GoesOn);
