// <fold-away>: a <details> that closes on Escape, and when somebody goes on elsewhere.

class FoldAway extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.details = this.querySelector("details");
    this.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    document.addEventListener("click", (event) => this.#onElsewhere(event), { signal });
    document.addEventListener("focusin", (event) => this.#onElsewhere(event), { signal });
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  #onKey(event) {
    if (event.key !== "Escape" || !this.details.open) return;
    event.preventDefault();
    this.details.open = false;
    this.querySelector("summary").focus();
  }

  #onElsewhere(event) {
    if (!this.contains(event.target)) this.details.open = false;
  }
}

customElements.define("fold-away", FoldAway);
