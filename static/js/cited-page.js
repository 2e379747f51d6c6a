// <cited-page>: a frame around the picture of a page that scrolls to the passage marked on it.

class CitedPage extends HTMLElement {
  connectedCallback() {
    this.picture = this.querySelector("page-picture");
    this.image = this.querySelector("img");
    this.listeners = new AbortController();
    this.image.addEventListener("load", () => this.#bringUp(), { signal: this.listeners.signal });
    this.watching = new MutationObserver(() => this.#bringUp());
    this.watching.observe(this.picture, { childList: true });
  }

  disconnectedCallback() {
    this.listeners.abort();
    this.watching.disconnect();
  }

  /** Once both the picture and its marked boxes are there. */
  #bringUp() {
    const box = this.querySelector("rect");
    if (!box || !this.image.complete) return;
    this.scrollTop = Number(box.getAttribute("y")) * this.image.height - this.clientHeight / 3;
    this.scrollLeft = Number(box.getAttribute("x")) * this.image.width - this.clientWidth / 8;
  }
}

customElements.define("cited-page", CitedPage);
