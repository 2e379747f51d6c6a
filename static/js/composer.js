// <question-composer>: Enter sends, Shift+Enter starts a line, the box grows with its text, ↑ in the empty box edits
// the last question, "/" leads to the box.

import { isCommand, isComposing } from "./typing.js";

class QuestionComposer extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.text = this.querySelector("textarea");
    this.text.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.text.addEventListener("input", () => this.#grow(), { signal });
    this.querySelector("form").addEventListener("submit", (event) => this.#sent(event), { signal });
    document.addEventListener("keydown", (event) => this.#onPageKey(event), { signal });
    window.addEventListener("pageshow", () => this.#ready(), { signal });
    if (this.text.value) this.#grow();
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  #onKey(event) {
    if (isComposing(event)) return;
    if (event.key === "ArrowUp" && !this.text.value) this.#editLast(event);
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.querySelector("form").requestSubmit(this.querySelector(".composer__send"));
  }

  #onPageKey(event) {
    if (event.key !== "/" || !isCommand(event)) return;
    event.preventDefault();
    this.text.focus();
  }

  #editLast(event) {
    const editors = document.querySelectorAll("question-editor");
    if (!editors.length) return;
    event.preventDefault();
    editors[editors.length - 1].open();
  }

  #grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  #sent(event) {
    if (this.isSent) event.preventDefault();
    this.isSent = true;
    this.querySelector(".composer__send").disabled = true;
  }

  #ready() {
    this.isSent = false;
    this.querySelector(".composer__send").disabled = false;
  }
}

customElements.define("question-composer", QuestionComposer);
