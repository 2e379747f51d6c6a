// <citation-mark>: shows the card of a citation while its mark is pointed at or focused. The card stays while the
// pointer is over it and closes on Escape.

const LINGER_MS = 160;
const GAP = 8;

// The mark whose card is shown; there is never more than one.
let shown = null;

class CitationMark extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    for (const name of ["pointerenter", "focusin"]) this.addEventListener(name, () => this.#show(), { signal });
    this.addEventListener("click", () => this.#hide(), { signal });
    for (const name of ["pointerleave", "focusout"]) this.addEventListener(name, () => this.#hideSoon(), { signal });
  }

  disconnectedCallback() {
    this.listeners.abort();
    this.#hide();
  }

  get card() {
    return document.getElementById(this.firstElementChild.getAttribute("aria-describedby"));
  }

  #show() {
    clearTimeout(this.leaving);
    const card = this.card;
    if (!card || card.matches(":popover-open")) return;
    if (shown !== this) shown?.#hide();
    shown = this;
    card.showPopover();
    this.#place(card);
    this.open = new AbortController();
    const { signal } = this.open;
    card.addEventListener("pointerenter", () => clearTimeout(this.leaving), { signal });
    card.addEventListener("pointerleave", () => this.#hideSoon(), { signal });
    document.addEventListener("scroll", () => this.#hide(), { signal, capture: true, passive: true });
    document.addEventListener("keydown", (event) => this.#onKey(event), { signal, capture: true });
  }

  /** Below the mark, or above it where there is more room. */
  #place(card) {
    const mark = this.getBoundingClientRect();
    const { width, height } = card.getBoundingClientRect();
    const left = Math.min(mark.left, document.documentElement.clientWidth - width - GAP);
    const below = mark.bottom + GAP;
    const fits = below + height <= window.innerHeight || mark.top < height + GAP;
    card.style.left = `${Math.max(left, GAP)}px`;
    card.style.top = `${fits ? below : mark.top - height - GAP}px`;
  }

  #hideSoon() {
    this.leaving = setTimeout(() => this.#hide(), LINGER_MS);
  }

  #hide() {
    clearTimeout(this.leaving);
    this.open?.abort();
    const card = this.card;
    if (card?.matches(":popover-open")) card.hidePopover();
  }

  #onKey(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.#hide();
  }
}

customElements.define("citation-mark", CitationMark);
