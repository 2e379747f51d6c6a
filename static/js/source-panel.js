// <source-panel>: shows a source beside the answer: the picture of its page with the passage marked, or its text.
// "[" and "]" go from citation to citation. On a narrow screen it is a sheet that rises over the answer.

import { pictureOf, textOf, zoom } from "./page-view.js";
import { isCommand } from "./typing.js";

const STEPS = { "[": -1, "]": 1 };
const ZOOMS = { "+": 1, "=": 1, "-": -1, 0: 0 };

class SourcePanel extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.bar = this.querySelector("[data-bar]");
    document.addEventListener("click", (event) => this.#onClick(event), { signal });
    document.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.querySelector(".sources__close").addEventListener("click", () => this.#close(), { signal });
    for (const button of this.querySelectorAll("[data-step]")) {
      button.addEventListener("click", () => this.#step(Number(button.dataset.step)), { signal });
    }
    for (const button of this.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => this.#zoom(Number(button.dataset.zoom)), { signal });
    }
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  get isOpen() {
    return this.classList.contains("sources--open");
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
    for (const other of this.querySelectorAll("[data-place][aria-current]")) other.removeAttribute("aria-current");
    source.closest("details")?.setAttribute("open", "");
    source.classList.add("source--on");
    link.setAttribute("aria-current", "true");
    this.current = link;
    this.#count();
    this.#openSheet();
    const view = source.querySelector("[data-view]");
    if (view.shown !== link.href || view.querySelector("[data-failed]")) await this.#fill(view, link);
    source.scrollIntoView({ block: "nearest" });
  }

  async #fill(view, link) {
    view.shown = link.href;
    const { picture, passage } = link.dataset;
    const { pictureLabel, failed } = this.dataset;
    const page = picture ? pictureOf(link, pictureLabel, failed) : await textOf(passage, failed);
    // Another passage may have been opened while this one came.
    if (view.shown !== link.href) return;
    view.replaceChildren(page, this.#doors(link));
  }

  #doors(link) {
    const doors = document.createElement("p");
    doors.className = "source__doors";
    doors.append(this.#door(link.href, this.dataset.openLabel));
    const original = this.#door(link.dataset.original, this.dataset.originalLabel);
    original.target = "_blank";
    original.rel = "noopener";
    doors.append(original);
    return doors;
  }

  #door(address, words) {
    const door = document.createElement("a");
    door.href = address;
    door.textContent = words;
    return door;
  }

  /** The quotes of the list that is shown, in its order; without any, its passages. */
  get #hits() {
    const list = this.current?.closest(".sources__answer");
    if (!list) return [];
    const quotes = [...list.querySelectorAll("[data-quote]")];
    return quotes.includes(this.current) ? quotes : [...list.querySelectorAll(".source__title [data-place]")];
  }

  #count() {
    const hits = this.#hits;
    this.querySelector("[data-count]").textContent = `${hits.indexOf(this.current) + 1} / ${hits.length}`;
    for (const button of this.querySelectorAll("[data-step]")) button.disabled = hits.length < 2;
    this.querySelector("[data-zoomers]").hidden = !this.current.dataset.picture;
  }

  #step(direction) {
    const hits = this.#hits;
    const next = hits[(hits.indexOf(this.current) + direction + hits.length) % hits.length];
    if (!next) return;
    const marks = [...document.querySelectorAll("a.cite")];
    this.#markCurrent(marks.find((mark) => mark.href === next.href));
    this.#open(next);
  }

  /** From one mark in the answers to the next: the panel follows if it is open. */
  #walk(direction) {
    const marks = [...document.querySelectorAll("a.cite")];
    const at = marks.findIndex((mark) => mark === document.activeElement || mark.hasAttribute("aria-current"));
    const from = at < 0 && direction < 0 ? 0 : at;
    const mark = marks[(from + direction + marks.length) % marks.length];
    if (!mark) return;
    mark.focus();
    if (this.isOpen) mark.click();
    if (this.isOpen) mark.focus();
  }

  #zoom(direction) {
    zoom(direction, this.querySelector(".source--on .source__page"));
  }

  #openSheet() {
    const isNew = !this.isOpen;
    this.bar.hidden = false;
    this.classList.add("sources--open");
    const close = this.querySelector(".sources__close");
    if (isNew && getComputedStyle(this).position === "fixed") close.focus();
  }

  #close() {
    this.classList.remove("sources--open");
    this.bar.hidden = true;
    this.#markCurrent(null);
    for (const source of this.querySelectorAll(".source--on")) source.classList.remove("source--on");
    this.opener?.focus();
  }

  #onKey(event) {
    if (event.key === "Escape" && !event.defaultPrevented && this.isOpen && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      this.#close();
      return;
    }
    if (!isCommand(event)) return;
    if (event.key in STEPS) this.#taken(event, () => this.#walk(STEPS[event.key]));
    else if (event.key in ZOOMS && this.isOpen) this.#taken(event, () => this.#zoom(ZOOMS[event.key]));
  }

  #taken(event, act) {
    event.preventDefault();
    act();
  }
}

customElements.define("source-panel", SourcePanel);
