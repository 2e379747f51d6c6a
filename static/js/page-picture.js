// <page-picture highlight="address">: lays the boxes of a passage over the picture of its page.

const SVG = "http://www.w3.org/2000/svg";

/** @param {{x: number, y: number, width: number, height: number}} box fractions of the page */
function rectangle(box) {
  const rect = document.createElementNS(SVG, "rect");
  for (const side of ["x", "y", "width", "height"]) rect.setAttribute(side, String(box[side]));
  return rect;
}

class PagePicture extends HTMLElement {
  static observedAttributes = ["highlight"];

  attributeChangedCallback() {
    this.#draw();
  }

  disconnectedCallback() {
    this.request?.abort();
  }

  async #draw() {
    this.request?.abort();
    this.querySelector("svg")?.remove();
    const address = this.getAttribute("highlight");
    if (!address) return;
    this.request = new AbortController();
    try {
      const response = await fetch(address, { signal: this.request.signal });
      if (response.ok) this.#show((await response.json()).boxes);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  #show(boxes) {
    const layer = document.createElementNS(SVG, "svg");
    layer.setAttribute("viewBox", "0 0 1 1");
    layer.setAttribute("preserveAspectRatio", "none");
    layer.setAttribute("aria-hidden", "true");
    layer.append(...boxes.map(rectangle));
    this.append(layer);
  }
}

customElements.define("page-picture", PagePicture);
