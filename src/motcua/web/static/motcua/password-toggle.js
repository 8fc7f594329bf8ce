// <password-toggle><input type="password"><button type="button" hidden>…</button></password-toggle>: show or hide what is typed.
class PasswordToggle extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector("input");
    this.button = this.querySelector("button");
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.turn(this.box.type === "password"));
    this.box.form?.addEventListener("submit", () => this.turn(false));
  }

  turn(shown) {
    this.box.type = shown ? "text" : "password";
    this.button.setAttribute("aria-pressed", String(shown));
    this.button.querySelector("[data-words]").textContent = shown ? "Ẩn" : "Hiện";
  }
}
customElements.define("password-toggle", PasswordToggle);
