// <password-checklist data-for="id_password"><ul><li data-rule="length">…</ul></password-checklist>: ticks the rule while typing.
const RULES = {
  length: (text) => Array.from(text).length >= 8,
  lower: (text) => /\p{Ll}/u.test(text),
  upper: (text) => /\p{Lu}/u.test(text),
  digit: (text) => /[0-9]/.test(text),
  special: (text) => /[\p{P}\p{S}]/u.test(text),
};

class PasswordChecklist extends HTMLElement {
  connectedCallback() {
    this.box = document.getElementById(this.dataset.for);
    this.box?.addEventListener("input", () => this.tick());
    // What the browser itself puts into the box: a password manager, or the page found again with “Back”.
    this.box?.addEventListener("change", () => this.tick());
    addEventListener("pageshow", () => setTimeout(() => this.tick()));
    this.tick();
  }

  tick() {
    const text = (this.box?.value ?? "").normalize("NFC");
    for (const line of this.querySelectorAll("[data-rule]")) {
      const met = RULES[line.dataset.rule](text);
      line.classList.toggle("met", met);
      line.querySelector("[data-state]").textContent = met ? "(đạt)" : "(chưa đạt)";
    }
  }
}
customElements.define("password-checklist", PasswordChecklist);
