// <desk-check>: the number box of the desk and the dialog “chưa có tài khoản” beside it.
// A scanned card is checked at once. OK opens the registration in a new tab and this page waits, ready to check again;
// Hủy (or Esc) puts the cursor into the box with the number selected.
class DeskCheck extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector('input[name="number"]');
    this.addEventListener("card-scanned", () => this.box.form.requestSubmit());
    const dialog = this.querySelector("dialog");
    if (!dialog) return;
    dialog.addEventListener("submit", (event) => {
      if (!event.target.matches("[data-registers]")) return;
      this.registering = true;
      setTimeout(() => dialog.close());
    });
    dialog.addEventListener("close", () => this.closed());
  }

  closed() {
    if (this.registering) {
      this.querySelector("[data-waits]").hidden = false;
      this.querySelector("[data-check]").focus();
      return;
    }
    this.box.focus();
    this.box.select();
  }
}
customElements.define("desk-check", DeskCheck);
