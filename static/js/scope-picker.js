// <scope-picker>: says in its closed state what is asked, and keeps ticked documents in sight. Without scripts
// collections can be ticked all the same.

class ScopePicker extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.find = this.querySelector("[data-find]");
    this.querySelector("[data-documents]").hidden = false;
    this.find.hidden = false;
    this.addEventListener("change", (event) => this.#onChange(event), { signal });
    this.addEventListener("keydown", (event) => this.#onKey(event), { signal });
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  #onChange(event) {
    if (event.target.type !== "checkbox") return;
    if (event.target.closest("[data-found]")) this.#keep(event.target);
    const ticked = [...this.querySelectorAll("input:checked")].map((box) => box.closest("label").innerText.trim());
    this.querySelector("[data-label]").textContent = ticked.join(", ") || this.dataset.all;
  }

  /** A found document that was ticked stays when something else is looked for. */
  #keep(box) {
    const label = box.closest("label");
    label.querySelector("small")?.remove();
    this.querySelector("[data-chosen]").append(label);
    box.focus();
  }

  #onKey(event) {
    if (event.key === "Enter" && event.target === this.find) event.preventDefault();
  }
}

customElements.define("scope-picker", ScopePicker);
