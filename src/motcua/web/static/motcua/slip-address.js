// <slip-address><form>…</form></slip-address>: the QR of a receipt leads to /tra-cuu/#{code}.{six characters}. What stands
// behind "#" never leaves the browser; it is put into the boxes, and out of the address, and the person presses the button.
const SLIP = /^#((?:TN-)?[0-9A-Z.-]{20,40})\.([0-9A-Z]{6})$/;

class SlipAddress extends HTMLElement {
  connectedCallback() {
    const [, code, check] = SLIP.exec(location.hash) ?? [];
    if (!code) return;
    history.replaceState(null, "", location.pathname);
    this.querySelector("[name=code]").value = code;
    this.querySelector("[name=check]").value = check;
    this.querySelector("[type=submit]").focus();
  }
}
customElements.define("slip-address", SlipAddress);
