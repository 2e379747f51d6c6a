// <draft-list>: drafts accepted, edited or rejected by single keys. Everything it does can also be done with the buttons.

import { isCommand } from "./typing.js";

class DraftList extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    document.addEventListener("keydown", (event) => this.#onKey(event), { signal: this.listeners.signal });
    this.querySelector("[data-keys]").hidden = false;
    if (!document.querySelector("[role='alert']")) this.drafts[0]?.focus({ preventScroll: true });
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  get drafts() {
    return [...this.querySelectorAll("[data-draft]")];
  }

  get current() {
    return document.activeElement?.closest("[data-draft]") ?? this.drafts[0];
  }

  #onKey(event) {
    if (!isCommand(event)) return;
    // By its place on the keyboard, since a Korean one sends syllables.
    const key = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
    if (key === "j" || key === "k") this.#move(key === "j" ? 1 : -1);
    else if (!this.#press(key)) return;
    event.preventDefault();
  }

  #move(by) {
    const { drafts, current } = this;
    drafts[Math.min(Math.max(drafts.indexOf(current) + by, 0), drafts.length - 1)]?.focus();
  }

  #press(key) {
    const target = key && this.current?.querySelector(`[data-key="${key}"]`);
    target?.click();
    return Boolean(target);
  }
}

customElements.define("draft-list", DraftList);
