// <pass-key data-options="…" data-kind="get|create" hidden><form>… <input data-answer> <button type="button">…</form></pass-key>:
// asks this device's key, puts its answer into the box and sends the form. Hidden where the browser knows no keys.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

class PassKey extends HTMLElement {
  connectedCallback() {
    if (!window.PublicKeyCredential) return;
    this.hidden = false;
    this.querySelector("button").addEventListener("click", () => this.ask());
  }

  async ask() {
    const button = this.querySelector("button");
    const said = this.querySelector("[data-failed]");
    button.setAttribute("aria-disabled", "true");
    said.hidden = true;
    try {
      const answer = this.dataset.kind === "create" ? await this.make() : await this.sign();
      const form = this.querySelector("form");
      form.querySelector("[data-answer]").value = JSON.stringify(answer);
      form.requestSubmit();
    } catch {
      // Not allowed, cancelled or timed out: the person decides what to do next.
      said.hidden = false;
      button.removeAttribute("aria-disabled");
      button.focus();
    }
  }

  options() {
    const told = JSON.parse(this.dataset.options);
    const keys = (list) => (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));
    return {
      ...told,
      challenge: bytes(told.challenge),
      ...(told.user && { user: { ...told.user, id: bytes(told.user.id) } }),
      ...(told.excludeCredentials && { excludeCredentials: keys(told.excludeCredentials) }),
      ...(told.allowCredentials && { allowCredentials: keys(told.allowCredentials) }),
    };
  }

  async make() {
    const made = await navigator.credentials.create({ publicKey: this.options() });
    return this.shown(made, {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
    });
  }

  async sign() {
    const signed = await navigator.credentials.get({ publicKey: this.options() });
    return this.shown(signed, {
      clientDataJSON: text(signed.response.clientDataJSON),
      authenticatorData: text(signed.response.authenticatorData),
      signature: text(signed.response.signature),
    });
  }

  shown(credential, response) {
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
  }
}
customElements.define("pass-key", PassKey);
