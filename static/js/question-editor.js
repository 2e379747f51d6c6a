// <question-editor>: the form below a question that asks it in other words. Enter sends, Escape closes it.

import { isComposing } from "./typing.js";

class QuestionEditor extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.details = this.querySelector("details");
    this.text = this.querySelector("textarea");
    this.details.addEventListener("toggle", () => this.details.open && this.#focus(), { signal });
    this.addEventListener("keydown", (event) => this.#onKey(event), { signal });
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  open() {
    if (this.details.open) this.#focus();
    this.details.open = true;
  }

  #focus() {
    this.text.focus();
    this.text.setSelectionRange(this.text.value.length, this.text.value.length);
  }

  #onKey(event) {
    if (isComposing(event) || !this.details.open) return;
    if (event.key === "Escape") this.#close(event);
    if (event.key !== "Enter" || event.shiftKey || event.target !== this.text) return;
    event.preventDefault();
    this.querySelector("form").requestSubmit();
  }

  #close(event) {
    event.preventDefault();
    this.details.open = false;
    this.querySelector("summary").focus();
  }
}

customElements.define("question-editor", QuestionEditor);
