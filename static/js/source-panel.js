// <source-panel>: shows a source beside the answer: the picture of its page with the passage marked, or its text.
// On a narrow screen it is a sheet over the answer.

class SourcePanel extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    document.addEventListener("click", (event) => this.#onClick(event), { signal });
    document.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.querySelector(".sources__close").addEventListener("click", () => this.#close(), { signal });
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  #onClick(event) {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const mark = event.target.closest("a.cite");
    const link = mark ? this.#sourceOf(mark) : event.target.closest("[data-place]");
    if (!link) return;
    event.preventDefault();
    this.opener = mark ?? link;
    this.#markCurrent(mark);
    this.#open(link);
  }

  /** The link in the list that shows the quote behind a mark; its answer's list is brought up. */
  #sourceOf(mark) {
    const answer = mark.closest("answer-stream").dataset.answer;
    for (const list of this.querySelectorAll(".sources__answer")) list.hidden = list.id !== `sources-${answer}`;
    const links = this.querySelectorAll(`#sources-${answer} [data-place]`);
    return [...links].find((link) => link.href === mark.href);
  }

  #markCurrent(mark) {
    document.querySelector("a.cite[aria-current]")?.removeAttribute("aria-current");
    mark?.setAttribute("aria-current", "true");
  }

  async #open(link) {
    const source = link.closest(".source");
    for (const other of this.querySelectorAll(".source--on")) other.classList.remove("source--on");
    source.classList.add("source--on");
    this.#openSheet();
    const view = source.querySelector("[data-view]");
    if (view.shown !== link.href) await this.#fill(view, link);
    source.scrollIntoView({ block: "nearest" });
  }

  async #fill(view, link) {
    view.shown = link.href;
    const { picture, passage } = link.dataset;
    view.replaceChildren(picture ? this.#picture(link) : await this.#text(passage), this.#door(link));
  }

  #picture(link) {
    const frame = document.createElement("div");
    frame.className = "source__page";
    frame.tabIndex = 0;
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", this.dataset.pictureLabel);
    const picture = document.createElement("page-picture");
    picture.className = "picture";
    const image = document.createElement("img");
    image.src = link.dataset.picture;
    image.alt = "";
    picture.append(image);
    picture.setAttribute("highlight", link.dataset.highlight);
    frame.append(picture);
    this.#bringUp(frame, picture, image);
    return frame;
  }

  /** Scroll the page's picture to the passage, once both are there. */
  #bringUp(frame, picture, image) {
    const scroll = () => {
      const box = picture.querySelector("rect");
      if (!box || !image.complete) return;
      frame.scrollTop = Number(box.getAttribute("y")) * image.height - frame.clientHeight / 3;
      frame.scrollLeft = Number(box.getAttribute("x")) * image.width - frame.clientWidth / 8;
    };
    image.addEventListener("load", scroll);
    new MutationObserver(scroll).observe(picture, { childList: true });
  }

  async #text(address) {
    const text = document.createElement("div");
    text.className = "source__text";
    const response = await fetch(address);
    if (response.ok && !response.redirected) text.innerHTML = await response.text();
    requestAnimationFrame(() => text.querySelector("mark")?.scrollIntoView({ block: "nearest" }));
    return text;
  }

  #door(link) {
    const door = document.createElement("a");
    door.className = "source__door";
    door.href = link.href;
    door.textContent = this.dataset.openLabel;
    return door;
  }

  #openSheet() {
    const close = this.querySelector(".sources__close");
    close.hidden = false;
    this.classList.add("sources--open");
    if (getComputedStyle(this).position === "fixed") close.focus();
  }

  #close() {
    this.classList.remove("sources--open");
    this.querySelector(".sources__close").hidden = true;
    this.#markCurrent(null);
    for (const source of this.querySelectorAll(".source--on")) source.classList.remove("source--on");
    this.opener?.focus();
  }

  #onKey(event) {
    if (event.key !== "Escape" || event.defaultPrevented || !this.classList.contains("sources--open")) return;
    event.preventDefault();
    this.#close();
  }
}

customElements.define("source-panel", SourcePanel);
