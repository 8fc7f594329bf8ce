// <modal-dialog [data-open]><dialog id="x">…</dialog></modal-dialog>, opened by <button data-opens="x">.
// Without this script a dialog that the server opened is a box on the page, and its buttons still post.
class ModalDialog extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-closes]")) {
        event.preventDefault();
        this.dialog.close();
      }
    });
    if (this.dialog.open || this.hasAttribute("data-open")) this.show();
  }

  show() {
    this.dialog.removeAttribute("open");
    if (!this.dialog.matches(":modal")) this.dialog.showModal();
  }
}
customElements.define("modal-dialog", ModalDialog);

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (!opener) return;
  const dialog = document.getElementById(opener.dataset.opens);
  if (dialog) {
    event.preventDefault();
    dialog.closest("modal-dialog").show();
  }
});
