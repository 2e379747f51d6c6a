// <print-page>: its button prints the page.

class PrintPage extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("[data-print]");
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

customElements.define("print-page", PrintPage);
