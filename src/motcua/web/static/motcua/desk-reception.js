// <desk-reception>: the checklist of a reception form. Choosing a file makes “Cách nộp” the scan at once; the numbers
// of papers follow the way: a scan, a paper shown and a paper of the vault bring none, until somebody types one.
// Without this script the server reads the form the same way.
const SCAN = "UPLOADED";
const PAPER = "PAPER";

class DeskReception extends HTMLElement {
  connectedCallback() {
    this.querySelectorAll("fieldset.component").forEach((line) => new Line(line));
  }
}

class Line {
  constructor(line) {
    this.way = line.querySelector("select");
    this.file = line.querySelector('input[type="file"]');
    this.said = line.querySelector("[data-way-said]");
    this.counts = Array.from(line.querySelectorAll('input[type="number"]'));
    this.before = this.way.value;
    this.usual = this.counts.map((box) => box.dataset.usual ?? "0");
    this.way.addEventListener("change", () => this.wayChosen());
    this.file.addEventListener("change", () => this.fileChosen());
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
    this.counts.forEach((box, place) => {
      if (way === PAPER) {
        if (none) box.value = this.usual[place];
      } else if (way !== SCAN || box.value === this.usual[place]) {
        box.value = "0";
      }
    });
  }
}
customElements.define("desk-reception", DeskReception);
