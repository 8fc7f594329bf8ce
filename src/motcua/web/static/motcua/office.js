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

// A link that is drawn and named as a button answers to the space bar as a button does.
document.addEventListener("keydown", (event) => {
  const link = event.key === " " && event.target.closest?.('a[role="button"]');
  if (!link) return;
  event.preventDefault();
  link.click();
});
