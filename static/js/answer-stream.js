// <answer-stream data-stream="address">: shows an answer while it is written, then the server's own HTML of it.
// What arrives on the way is set as text, never as HTML. A screen reader hears it sentence by sentence.

import { showsWholeAnswers } from "./key-list.js";

// Up to the last end of a sentence or of a line.
const SENTENCES = /^[\s\S]*(?:[.!?。…]["”’)\]]*\s|\n)/;
// What Markdown writes around words; the finished answer draws it.
const EMPHASIS = /\*\*|^#{1,6} /gm;
const MARKS = /\s?\[\d+\]/g;

class AnswerStream extends HTMLElement {
  connectedCallback() {
    if (!this.dataset.stream) return;
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.#part("without-script").hidden = true;
    this.#part("stop").hidden = false;
    this.#part("stop").addEventListener("submit", (event) => this.#stop(event), { signal });
    document.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.#say(this.dataset.answering);
    this.#open();
  }

  disconnectedCallback() {
    this.source?.close();
    this.listeners?.abort();
  }

  #part(name) {
    return this.querySelector(`[data-${name}]`);
  }

  #say(text) {
    const said = document.createElement("p");
    said.textContent = text;
    this.#part("announcement").append(said);
  }

  #open() {
    // A browser asks again by itself when the connection drops; the server then sends all text that there is.
    this.source = new EventSource(this.dataset.stream);
    this.source.addEventListener("open", () => this.#begin());
    const on = (name, use) => this.source.addEventListener(name, (event) => use(JSON.parse(event.data)));
    on("status", ({ text }) => this.#status(text));
    on("sources", ({ html }) => this.#sources(html));
    on("token", ({ text }) => this.#token(text));
    on("done", (ending) => this.#end(ending));
    this.source.addEventListener("error", (event) => {
      if (event.data) this.#end(JSON.parse(event.data));
      else if (this.source.readyState === EventSource.CLOSED) this.#alert(this.dataset.lost);
    });
  }

  #begin() {
    this.text = "";
    this.#part("text").textContent = "";
  }

  #status(text) {
    const status = this.#part("status");
    status.textContent = text;
    status.hidden = false;
  }

  #alert(text) {
    this.#part("status").hidden = true;
    const alert = this.#part("alert");
    alert.textContent = text;
    alert.hidden = false;
  }

  #sources(html) {
    const list = document.getElementById(`sources-${this.dataset.answer}`);
    if (list) list.innerHTML = html;
  }

  #token(text) {
    this.text += text;
    if (showsWholeAnswers()) return;
    const place = this.#part("text");
    place.hidden = false;
    this.#part("status").hidden = true;
    place.textContent = this.text.replace(EMPHASIS, "");
    this.#read(this.text.match(SENTENCES)?.[0].length ?? 0);
  }

  /** Say what has been completed since the last sentence; after a new connection what was said is not said again. */
  #read(end) {
    if (end <= (this.said ?? 0)) return;
    const words = this.text.slice(this.said ?? 0, end).replace(MARKS, "").replace(EMPHASIS, "").trim();
    this.said = end;
    if (words) this.#say(words);
  }

  #end({ answer, sources, announcement, text }) {
    this.disconnectedCallback();
    delete this.dataset.stream;
    if (answer === undefined) return this.#alert(text);
    if (!showsWholeAnswers()) this.#read(this.text?.length ?? 0);
    this.#part("answer-body").innerHTML = answer;
    this.#sources(sources);
    this.#say(announcement);
    document.querySelector(`[data-for="${this.dataset.answer}"]`)?.dispatchEvent(new Event("answered"));
  }

  async #stop(event) {
    event.preventDefault();
    const form = event.target;
    form.querySelector("button").disabled = true;
    await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    // That has ended the writing; the next connection brings what was saved.
    this.source.close();
    this.#open();
  }

  #onKey(event) {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    // What lies over the answer is closed first.
    if (document.querySelector("dialog[open], .sources--open")) return;
    this.#part("stop")?.requestSubmit();
  }
}

customElements.define("answer-stream", AnswerStream);
