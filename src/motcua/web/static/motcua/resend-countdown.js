// <resend-countdown data-seconds="30"><button>Gửi lại OTP</button> <span data-left></span></resend-countdown>
// Seconds, not a moment: the visitor's clock may be wrong. Decoration only; the server judges.
class ResendCountdown extends HTMLElement {
  connectedCallback() {
    this.end = Date.now() + Number(this.dataset.seconds || 0) * 1000;
    this.timer = setInterval(() => this.tick(), 500);
    this.tick();
  }

  disconnectedCallback() { clearInterval(this.timer); }

  tick() {
    const left = Math.max(0, Math.ceil((this.end - Date.now()) / 1000));
    this.querySelector("button").disabled = left > 0;
    const words = this.querySelector("[data-left]");
    if (words) words.textContent = left > 0 ? `Gửi lại được sau ${left} giây.` : "";
    if (left === 0) clearInterval(this.timer);
  }
}
customElements.define("resend-countdown", ResendCountdown);
