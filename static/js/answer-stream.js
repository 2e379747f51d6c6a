// <answer-stream data-stream="address">: shows an answer while it is written, then the server's own HTML of it.
// What arrives on the way is set as text, never as HTML.

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
    this.#part("announcement").textContent = text;
  }

  #open() {
    // A browser asks again by itself when the connection drops; the server then tells what became of the answer.
    this.source = new EventSource(this.dataset.stream);
    const on = (name, use) => this.source.addEventListener(name, (event) => use(JSON.parse(event.data)));
    on("status", ({ text }) => this.#status(text));
    on("sources", ({ html }) => this.#sources(html));
    on("token", ({ text }) => this.#token(text));
    on("done", (ending) => this.#end(ending));
    this.source.addEventListener("error", (event) => {
      if (event.data) this.#end(JSON.parse(event.data));
      else if (this.source.readyState === EventSource.CLOSED) this.#status(this.dataset.lost);
    });
  }

  #status(text) {
    const status = this.#part("status");
    status.textContent = text;
    status.hidden = false;
  }

  #sources(html) {
    const list = document.getElementById(`sources-${this.dataset.answer}`);
    if (list) list.innerHTML = html;
  }

  #token(text) {
    const place = this.#part("text");
    place.hidden = false;
    this.#part("status").hidden = true;
    place.append(text);
  }

  #end({ answer, sources, announcement, text }) {
    this.disconnectedCallback();
    delete this.dataset.stream;
    if (answer === undefined) return this.#status(text);
    this.#part("answer-body").innerHTML = answer;
    this.#sources(sources);
    this.#say(announcement);
  }

  async #stop(event) {
    event.preventDefault();
    const form = event.target;
    form.querySelector("button").disabled = true;
    await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    // Hanging up is what ends the writing; the next connection brings what was saved.
    this.source.close();
    this.#open();
  }

  #onKey(event) {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    this.#part("stop")?.requestSubmit();
  }
}

customElements.define("answer-stream", AnswerStream);
