// <confirm-dialog><form>…</form><dialog>… <button data-yes> <button data-closes> …</dialog></confirm-dialog>
// The first submit asks; data-yes submits with the very button that was pressed. Without script the form posts at once.
class ConfirmDialog extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.addEventListener("submit", (event) => this.ask(event), true);
    this.addEventListener("click", (event) => this.answer(event));
  }

  ask(event) {
    if (this.sure || this.dialog.contains(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.form = event.target;
    this.submitter = event.submitter;
    this.dialog.showModal();
  }

  answer(event) {
    if (event.target.closest("[data-closes]")) {
      event.preventDefault();
      this.dialog.close();
    } else if (event.target.closest("[data-yes]")) {
      event.preventDefault();
      this.dialog.close();
      this.sure = true;
      this.form.requestSubmit(this.submitter ?? undefined);
      this.sure = false;
    }
  }
}
customElements.define("confirm-dialog", ConfirmDialog);
