// <card-scan data-name="id_full_name" data-born="id_birth_date" data-old="id_old_number" data-raw="id_card_qr"><input></card-scan>
// A card scanner is a keyboard: it types the whole QR of a chip card and Enter. The string is split here to fill the boxes;
// the raw string goes along in data-raw, and the server reads it again. What is filled in is a claim, not proof.
function date(eight) {
  return /^[0-9]{8}$/.test(eight) ? `${eight.slice(0, 2)}/${eight.slice(2, 4)}/${eight.slice(4)}` : "";
}

class CardScan extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector("input");
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && this.take()) event.preventDefault();
    });
    this.box.addEventListener("change", () => this.take());
    this.box.addEventListener("paste", () => setTimeout(() => this.take()));
  }

  take() {
    const raw = this.box.value.trim();
    const [number, old, name, born] = raw.split("|").map((part) => part.trim());
    if (!raw.includes("|") || !/^[0-9]{12}$/.test(number)) return false;
    this.box.value = number;
    this.fill("raw", raw);
    this.fill("old", old);
    this.fill("name", name);
    this.fill("born", date(born ?? ""));
    this.querySelector("[data-words]").textContent =
      "Đã đọc mã QR trên thẻ. Đề nghị đối chiếu thông tin với thẻ trước khi tiếp tục.";
    this.dispatchEvent(new CustomEvent("card-scanned", { bubbles: true }));
    return true;
  }

  fill(which, value) {
    const box = value && document.getElementById(this.dataset[which]);
    if (!box) return;
    box.value = value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
customElements.define("card-scan", CardScan);
