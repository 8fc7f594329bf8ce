// <page-turner>: the arrow keys follow the links rel="prev" and rel="next" inside it, unless somebody is typing.
class PageTurner extends HTMLElement {
  connectedCallback() {
    this.turn = (event) => {
      const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
      if (!way || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
      const link = this.querySelector(`a[rel="${way}"]`);
      if (!link) return;
      event.preventDefault();
      link.click();
    };
    document.addEventListener("keydown", this.turn);
  }

  disconnectedCallback() { document.removeEventListener("keydown", this.turn); }
}
customElements.define("page-turner", PageTurner);
