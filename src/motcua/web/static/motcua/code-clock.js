// <code-clock data-seconds="120">…text without script…</code-clock>: how long a code is still good.
// Decoration only: the database clock judges. Screen readers hear it at the start, at 30 seconds and at the end.
const SPOKEN = new Set([30, 0]);

class CodeClock extends HTMLElement {
  connectedCallback() {
    this.end = Date.now() + Number(this.dataset.seconds || 0) * 1000;
    this.shown = document.createElement("span");
    this.shown.setAttribute("aria-hidden", "true");
    this.spoken = document.createElement("span");
    this.spoken.className = "visually-hidden";
    this.spoken.setAttribute("role", "status");
    this.replaceChildren(this.shown, this.spoken);
    this.timer = setInterval(() => this.tick(), 500);
    this.tick();
  }

  disconnectedCallback() { clearInterval(this.timer); }

  tick() {
    const left = Math.max(0, Math.ceil((this.end - Date.now()) / 1000));
    const words = left > 0
      ? `Mã còn hiệu lực ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}.`
      : this.dataset.over || "Mã đã hết hiệu lực. Đề nghị ông/bà bấm “Gửi lại OTP”.";
    this.shown.textContent = words;
    if (!this.spoken.textContent || SPOKEN.has(left)) {
      this.spoken.textContent = left > 0 ? `Mã còn hiệu lực ${left} giây.` : words;
    }
    if (left === 0) clearInterval(this.timer);
  }
}
customElements.define("code-clock", CodeClock);
