// <error-summary tabindex="-1">…links to fields…</error-summary> takes the focus when it appears, so that no error scrolls out of sight.
class ErrorSummary extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.go(event));
    requestAnimationFrame(() => {
      this.focus();
      this.scrollIntoView({ block: "center" });
    });
  }

  go(event) {
    const field = document.getElementById(event.target.closest("a")?.hash.slice(1) ?? "");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  }
}
customElements.define("error-summary", ErrorSummary);
