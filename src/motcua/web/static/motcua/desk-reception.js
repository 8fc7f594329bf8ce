// <desk-reception>: the checklist of a reception form. Choosing a file makes “Cách nộp” the scan at once; the numbers
// of papers are the catalogue's once “Bản giấy” is chosen, and empty for what brings no paper. One button chooses for
// all that is left, as the catalogue has it. Without this script the server reads the form the same way.
const SCAN = "UPLOADED";
const PAPER = "PAPER";
const VAULT = "VAULT:";

class DeskReception extends HTMLElement {
  connectedCallback() {
    this.lines = Array.from(this.querySelectorAll("fieldset.component"), (line) => new Line(line));
    this.button = this.querySelector("[data-fill-rest]");
    this.said = this.querySelector("[data-filled-said]");
    if (!this.button) return;
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.fillRest());
    // Before or after the browser has put the focus on the first list: what is focused by then stays.
    const begins = this.querySelector("select[autofocus]") && this.left().length > 0;
    if (begins && (document.activeElement === document.body || this.contains(document.activeElement))) this.button.focus();
  }

  left() {
    return this.lines.filter((line) => line.way.value === "");
  }

  fillRest() {
    const left = this.left();
    left.forEach((line) => line.choose(line.way.dataset.usual));
    this.said.textContent = left.length
      ? `Đã đánh dấu ${left.length} thành phần. Đề nghị ông/bà xem lại rồi bấm “Tiếp nhận”.`
      : "Thành phần nào cũng đã có cách nộp.";
    this.next().focus();
  }

  // The owner's consent, where a paper of the vault is used; else the button that receives.
  next() {
    const form = this.closest("form");
    const consent = form.querySelector('input[name="consent"]');
    const borrowed = this.lines.some((line) => line.way.value.startsWith(VAULT));
    return consent && borrowed && !consent.checked ? consent : form.querySelector('[type="submit"]');
  }
}

class Line {
  constructor(line) {
    this.way = line.querySelector("select");
    this.file = line.querySelector('input[type="file"]');
    this.said = line.querySelector("[data-way-said]");
    this.counts = Array.from(line.querySelectorAll('input[type="number"]'));
    this.before = this.way.value;
    this.way.addEventListener("change", () => this.wayChosen());
    this.file.addEventListener("change", () => this.fileChosen());
  }

  choose(way) {
    this.way.value = way;
    this.wayChosen();
  }

  fileChosen() {
    if (this.file.files.length > 0 && this.way.value !== SCAN) {
      this.before = this.way.value;
      this.turnTo(SCAN, "Cách nộp đã chuyển sang “Tải lên bản quét”.");
    } else if (this.file.files.length === 0 && this.way.value === SCAN && this.before !== SCAN) {
      this.turnTo(this.before, "Chưa có tệp, cách nộp trở lại như trước.");
    }
  }

  wayChosen() {
    this.said.textContent = "";
    if (this.way.value !== SCAN && this.file.files.length > 0) {
      this.file.value = "";
      this.before = this.way.value;
      this.file.dispatchEvent(new Event("change", { bubbles: true }));
      this.said.textContent = "Tệp đã chọn được bỏ ra vì không nộp bản quét.";
    }
    this.before = this.way.value;
    this.count();
  }

  turnTo(way, words) {
    this.way.value = way;
    this.count();
    this.said.textContent = words;
  }

  count() {
    const way = this.way.value;
    const none = this.counts.every((box) => !Number(box.value));
    this.counts.forEach((box) => {
      const usual = box.dataset.usual ?? "0";
      if (way === PAPER) {
        if (none) box.value = usual;
      } else if (way !== SCAN || box.value === usual) {
        box.value = "";
      }
    });
  }
}
customElements.define("desk-reception", DeskReception);
