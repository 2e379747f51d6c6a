// <copy-button>: puts what its link leads to, or its data-text, into the clipboard: as text, and as HTML for programs
// that take it. Where the browser does not let it, the text is shown, selected and ready for Ctrl+C.

const SAID_MS = 2000;

async function fetched(link) {
  if (link.dataset.text) return { text: link.dataset.text };
  const response = await fetch(link.href, { headers: { Accept: "application/json" } });
  if (!response.ok || response.redirected) throw new Error(`${response.status}`);
  return response.json();
}

class CopyButton extends HTMLElement {
  connectedCallback() {
    this.link = this.querySelector("a");
    this.link.setAttribute("role", "button");
    this.link.addEventListener("click", (event) => this.#onClick(event));
    this.link.addEventListener("keydown", (event) => {
      if (event.key === " ") this.#onClick(event);
    });
  }

  async #onClick(event) {
    event.preventDefault();
    const content = await fetched(this.link).catch(() => null);
    // The page behind the link has the text as well, or says why there is none.
    if (!content) return location.assign(this.link.href);
    try {
      await this.#copy(content);
      this.#say();
    } catch {
      this.#show(content.text);
    }
  }

  async #copy({ text, html }) {
    if (!html) return navigator.clipboard.writeText(text);
    const parts = { "text/plain": text, "text/html": html };
    const blobs = Object.entries(parts).map(([type, part]) => [type, new Blob([part], { type })]);
    return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  }

  #say() {
    const label = this.querySelector("[data-label]");
    this.label ??= label.textContent;
    label.textContent = this.dataset.copied;
    label.setAttribute("role", "status");
    clearTimeout(this.later);
    this.later = setTimeout(() => (label.textContent = this.label), SAID_MS);
  }

  #show(text) {
    const dialog = document.createElement("dialog");
    dialog.className = "keys by-hand";
    const hint = document.createElement("p");
    hint.textContent = this.dataset.byHand;
    const area = document.createElement("textarea");
    area.className = "input";
    area.readOnly = true;
    area.value = text;
    area.setAttribute("aria-label", this.dataset.byHand);
    const close = document.createElement("button");
    close.className = "button button--small";
    close.textContent = this.dataset.close;
    close.addEventListener("click", () => dialog.close());
    dialog.append(hint, area, close);
    dialog.addEventListener("close", () => dialog.remove());
    this.append(dialog);
    dialog.showModal();
    area.focus();
    area.select();
  }
}

customElements.define("copy-button", CopyButton);
