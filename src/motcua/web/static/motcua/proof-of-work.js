// <proof-of-work data-challenge="{json}"><input type="hidden">…</proof-of-work>
// Finds the number n for which SHA-256(salt + n) is the challenge, and leaves it in the box. Plain arithmetic, because
// WebCrypto is missing on plain http and is slower for many short texts. Works in slices, so the page stays alive.
import { sha256 } from "./sha256.js";

const SLICE = 2000;
const READY = "Đã kiểm tra xong trình duyệt, ông/bà có thể tiếp tục.";

class ProofOfWork extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector("input");
    this.words = this.querySelector("[data-words]");
    this.solved = new Promise((resolve) => { this.resolve = resolve; });
    this.closest("form").addEventListener("submit", (event) => this.hold(event), true);
    const task = JSON.parse(this.dataset.challenge);
    if (this.box.value) this.box.value = "";
    this.search(task, 0);
  }

  search(task, from) {
    if (!this.isConnected) return;
    const to = Math.min(from + SLICE, task.maxNumber + 1);
    for (let n = from; n < to; n += 1) {
      if (sha256(task.salt + n) === task.challenge) return this.finish(task, n);
    }
    if (to <= task.maxNumber) setTimeout(() => this.search(task, to));
  }

  finish({ algorithm, challenge, salt, signature }, number) {
    this.box.value = btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
    this.words.textContent = READY;
    this.setAttribute("data-ready", "");
    this.resolve();
  }

  hold(event) {
    if (this.box.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { target: form, submitter } = event;
    this.solved.then(() => form.requestSubmit(submitter ?? undefined));
  }
}
customElements.define("proof-of-work", ProofOfWork);
