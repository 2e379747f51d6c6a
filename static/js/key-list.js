// <key-list>: the list of keys, opened by "?" and by every button with data-open-keys, and how answers are shown.

import { isCommand } from "./typing.js";

const WHOLE = "whole-answers";

/** Whether this browser shows an answer only when it is complete. */
export function showsWholeAnswers() {
  return localStorage.getItem(WHOLE) === "yes";
}

class KeyList extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    const choice = this.querySelector("[data-whole-answers]");
    choice.checked = showsWholeAnswers();
    choice.addEventListener("change", () => localStorage.setItem(WHOLE, choice.checked ? "yes" : "no"), { signal });
    document.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    for (const button of document.querySelectorAll("[data-open-keys]")) {
      button.hidden = false;
      button.addEventListener("click", () => this.#open(), { signal });
    }
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  #open() {
    this.querySelector("dialog").showModal();
  }

  #onKey(event) {
    if (event.key !== "?" || !isCommand(event) || this.querySelector("dialog").open) return;
    event.preventDefault();
    this.#open();
  }
}

customElements.define("key-list", KeyList);
