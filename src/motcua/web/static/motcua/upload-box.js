// <upload-box data-max="5242880" data-endings=".pdf,.docx,.doc"><input type="file">…</upload-box>
// Says name and size, refuses a file that is too big before a byte is sent, and shows progress while the form is sent.
// What it refused goes along as a word, so that the page that answers still says it.
import { swapPage } from "./page-swap.js";

function size(bytes) {
  const mega = bytes / 1048576;
  return mega >= 1 ? `${mega.toFixed(1).replace(".", ",")} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

class UploadBox extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector('input[type="file"]');
    this.box.addEventListener("change", () => this.look());
    this.form = this.box.form;
    if (this.form && !this.form.dataset.uploads) {
      this.form.dataset.uploads = "on";
      this.form.addEventListener("submit", (event) => send(event, this));
    }
  }

  look() {
    const files = Array.from(this.box.files);
    const chosen = this.querySelector("[data-chosen]");
    chosen.hidden = files.length === 0;
    chosen.querySelector("[data-names]").textContent = files.map((f) => `${f.name} (${size(f.size)})`).join(", ");
    const [why, wrong] = files.map((file) => this.wrong(file)).find(Boolean) ?? ["", ""];
    const error = this.querySelector("[data-wrong]");
    error.hidden = !wrong;
    error.querySelector("[data-words]").textContent = wrong;
    const leftOut = this.querySelector("[data-left-out]");
    leftOut.value = why;
    leftOut.disabled = !why;
    this.box.toggleAttribute("aria-invalid", Boolean(wrong));
    this.forgetAnswer();
    if (wrong) {
      this.box.value = "";
      chosen.hidden = true;
    }
  }

  // What the server said of the file before is no longer about the file in the box.
  forgetAnswer() {
    document.getElementById(`${this.box.id}_error`)?.remove();
    this.box.closest(".field")?.classList.remove("field--wrong");
    document.querySelector(`error-summary a[href="#${this.box.id}"]`)?.closest("li").remove();
    const summary = document.querySelector("error-summary");
    if (summary && !summary.querySelector("li")) summary.remove();
  }

  wrong(file) {
    if (file.size > Number(this.dataset.max)) {
      const words = `Tệp ${file.name} có dung lượng ${size(file.size)}, vượt quá ${size(Number(this.dataset.max))}.`;
      return ["too_big", `${words} Đề nghị chọn tệp nhỏ hơn.`];
    }
    const endings = this.dataset.endings?.split(",").filter(Boolean) ?? [];
    if (endings.length && !endings.some((ending) => file.name.toLowerCase().endsWith(ending))) {
      return ["ending", `Tệp ${file.name} không đúng định dạng. Đề nghị chọn tệp ${endings.join(", ")}.`];
    }
    return null;
  }
}

function send(event, box) {
  const form = event.target;
  const files = Array.from(form.querySelectorAll('upload-box input[type="file"]')).flatMap((input) => Array.from(input.files));
  if (event.defaultPrevented || files.length === 0 || form.hasAttribute("data-sending")) return;
  event.preventDefault();
  form.setAttribute("data-sending", "");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-progress]");
  const call = new XMLHttpRequest();
  bar.hidden = false;
  call.upload.addEventListener("progress", (sent) => {
    bar.max = sent.total;
    bar.value = sent.loaded;
    words.textContent = `Đã gửi ${Math.round((100 * sent.loaded) / sent.total)}%.`;
  });
  call.addEventListener("load", () => {
    if (!swapPage(call)) stop("Máy chủ chưa trả lời được. Đề nghị ông/bà thử lại sau ít phút.");
  });
  call.addEventListener("error", () => stop("Đường truyền bị gián đoạn, tệp chưa được gửi. Đề nghị ông/bà thử lại."));
  function stop(reason) {
    form.removeAttribute("data-sending");
    form.closest("busy-form")?.stop();
    bar.hidden = true;
    words.textContent = reason;
  }
  call.open("POST", event.submitter?.getAttribute("formaction") ?? form.action);
  call.send(new FormData(form, event.submitter));
}
customElements.define("upload-box", UploadBox);
