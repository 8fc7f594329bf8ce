// “?da=…” says once what was just done: loading the page again is no second time.
const here = new URL(location.href);
if (here.searchParams.has("da")) {
  here.searchParams.delete("da");
  history.replaceState(history.state, "", here);
}

// <look-up>: Enter in the number box, or a card that was scanned into it, presses the look-up button.
// A new number makes the old answer void.
class LookUp extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("input");
    const button = this.querySelector("button");
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      if (!box.value.includes("|")) button.click();
    });
    this.addEventListener("card-scanned", () => button.click());
    box.addEventListener("input", () => document.getElementById("tra-cuu")?.replaceChildren());
  }
}
customElements.define("look-up", LookUp);

// <fetch-file data-href="…">: the file that was asked for comes once; a reload of the page does not fetch it again.
class FetchFile extends HTMLElement {
  connectedCallback() {
    const link = document.createElement("a");
    link.href = this.dataset.href;
    link.download = "";
    this.append(link);
    link.click();
    link.remove();
    history.replaceState(null, "", location.pathname);
  }
}
customElements.define("fetch-file", FetchFile);

// <changed-form role="status" data-words="…">: says so while a box of the form differs from what the page came with.
// The box of the code is no part of what the code and the paper were made for.
class ChangedForm extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.check = () => this.tell();
    this.form.addEventListener("input", this.check);
    this.form.addEventListener("change", this.check);
    this.tell();
  }

  disconnectedCallback() {
    this.form.removeEventListener("input", this.check);
    this.form.removeEventListener("change", this.check);
  }

  tell() {
    const words = [...this.form.elements].some(differs) ? this.dataset.words : "";
    if (this.textContent !== words) this.textContent = words;
  }
}

function differs(box) {
  if (box.type === "hidden" || box.readOnly || ["code", "slip"].includes(box.name)) return false;
  if (box.tagName === "SELECT") return ![...box.options].every((each) => each.selected === each.defaultSelected);
  return ["INPUT", "TEXTAREA"].includes(box.tagName) && box.value !== box.defaultValue;
}
customElements.define("changed-form", ChangedForm);

// A link that is drawn and named as a button answers to the space bar as a button does.
document.addEventListener("keydown", (event) => {
  const link = event.key === " " && event.target.closest?.('a[role="button"]');
  if (!link) return;
  event.preventDefault();
  link.click();
});
