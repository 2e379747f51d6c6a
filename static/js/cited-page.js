// <cited-page>: a frame around the picture of a page that scrolls to the passage marked on it.

import { bringUp } from "./page-view.js";

class CitedPage extends HTMLElement {
  connectedCallback() {
    this.picture = this.querySelector("page-picture");
    this.listeners = new AbortController();
    const show = () => bringUp(this.picture, this);
    this.picture.querySelector("img").addEventListener("load", show, { signal: this.listeners.signal });
    this.watching = new MutationObserver(show);
    this.watching.observe(this.picture, { childList: true });
  }

  disconnectedCallback() {
    this.listeners.abort();
    this.watching.disconnect();
  }
}

customElements.define("cited-page", CitedPage);
