// <question-composer>: Enter sends, Shift+Enter starts a line, the box grows with its text.
// Enter that ends a Hangul syllable belongs to the input method and does not send.

const COMPOSING = 229;

class QuestionComposer extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.text = this.querySelector("textarea");
    this.text.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.text.addEventListener("input", () => this.#grow(), { signal });
    this.querySelector("form").addEventListener("submit", () => this.#sent(), { signal });
    window.addEventListener("pageshow", () => (this.querySelector("button").disabled = false), { signal });
    if (this.text.value) this.#grow();
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  #onKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === COMPOSING) return;
    event.preventDefault();
    this.querySelector("form").requestSubmit();
  }

  #grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  #sent() {
    this.querySelector("button").disabled = true;
  }
}

customElements.define("question-composer", QuestionComposer);
