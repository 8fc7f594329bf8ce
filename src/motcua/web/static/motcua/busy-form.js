// <busy-form><form>… <p data-busy hidden>…</p></form></busy-form>: one submit at a time, and the wait is shown.
class BusyForm extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.start(event));
    this.again = () => this.stop();
    window.addEventListener("pageshow", this.again);
  }

  disconnectedCallback() { window.removeEventListener("pageshow", this.again); }

  start(event) {
    // The answer comes in another tab: this page goes on.
    if (event.submitter?.formTarget === "_blank") return;
    if (this.hasAttribute("aria-busy")) {
      event.preventDefault();
      return;
    }
    setTimeout(() => {
      if (event.defaultPrevented && !this.querySelector("form[data-sending]")) return;
      this.setAttribute("aria-busy", "true");
      this.toggle(true);
    });
  }

  stop() {
    this.removeAttribute("aria-busy");
    this.toggle(false);
  }

  // aria-disabled, not disabled: the pressed button keeps the focus, and its name and value are sent.
  toggle(busy) {
    for (const button of this.querySelectorAll('button:not([type="button"])')) {
      button.toggleAttribute("data-waiting", busy);
      if (busy) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
    for (const words of this.querySelectorAll("[data-busy]")) words.hidden = !busy;
  }
}
customElements.define("busy-form", BusyForm);
