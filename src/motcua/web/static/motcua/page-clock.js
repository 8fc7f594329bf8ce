// <page-clock data-now="2026-11-23T08:00:00+07:00">08:00</page-clock>: the server's clock, kept going. Vietnam's time, whatever the machine's zone.
const SHOWN = new Intl.DateTimeFormat("vi-VN", {
  timeZone: "Asia/Ho_Chi_Minh", weekday: "long", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit",
});

class PageClock extends HTMLElement {
  connectedCallback() {
    this.ahead = new Date(this.dataset.now).getTime() - Date.now();
    this.timer = setInterval(() => this.tick(), 5000);
    this.tick();
  }

  disconnectedCallback() { clearInterval(this.timer); }

  tick() {
    const part = Object.fromEntries(SHOWN.formatToParts(Date.now() + this.ahead).map((p) => [p.type, p.value]));
    this.textContent = `${part.hour}:${part.minute} ${part.weekday}, ${part.day}/${part.month}/${part.year}`;
  }
}
customElements.define("page-clock", PageClock);
