// <upload-zone>: sends chosen or dropped files one by one, three at a time, and shows what becomes of each.
import { send } from "./sending.js";

const AT_ONCE = 3;

class UploadZone extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.input = this.querySelector("input[type=file]");
    this.list = this.querySelector("[data-list]");
    this.veil = this.querySelector(".upload__veil");
    this.waiting = [];
    this.running = 0;
    this.stop = new AbortController();
    const options = { signal: this.stop.signal };
    this.input.addEventListener("change", () => this.#take(this.input.files), options);
    this.form.addEventListener("submit", (event) => event.preventDefault(), options);
    for (const name of ["dragenter", "dragover"]) window.addEventListener(name, (event) => this.#offer(event), options);
    window.addEventListener("dragleave", (event) => event.relatedTarget || this.#lower(), options);
    window.addEventListener("drop", (event) => this.#drop(event), options);
    window.addEventListener("beforeunload", (event) => this.running && event.preventDefault(), options);
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  #offer(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.veil.hidden = false;
  }

  #lower() {
    this.veil.hidden = true;
  }

  #drop(event) {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    this.#lower();
    this.#take(event.dataTransfer.files);
  }

  #take(files) {
    for (const file of files) this.#enqueue(file, this.#item(file));
    this.input.value = "";
  }

  #item(file) {
    const item = this.querySelector("[data-item]").content.firstElementChild.cloneNode(true);
    item.querySelector(".upload__name").textContent = file.name;
    item.querySelector("progress").setAttribute("aria-label", file.name);
    for (const button of item.querySelectorAll("[data-dismiss]")) button.addEventListener("click", () => item.remove());
    item.querySelector("[data-again]").addEventListener("click", () => this.#enqueue(file, item));
    this.list.append(item);
    return item;
  }

  #enqueue(file, item) {
    item.querySelector(".upload__refusal").hidden = true;
    item.querySelector("progress").hidden = false;
    if (file.size > Number(this.getAttribute("max-bytes"))) return this.#refuse(item, this.#tooLarge());
    this.#say(item, this.dataset.waiting);
    this.waiting.push({ file, item });
    this.#next();
  }

  async #next() {
    if (this.running >= AT_ONCE || !this.waiting.length) return;
    const { file, item } = this.waiting.shift();
    this.running += 1;
    try {
      await this.#upload(file, item);
    } finally {
      this.running -= 1;
      this.#next();
    }
  }

  async #upload(file, item) {
    this.#say(item, this.dataset.sending);
    const answer = await send(this.form, file, (share) => this.#advance(item, share));
    if (answer.accepted) {
      this.#finish(item, answer);
      this.querySelector("[data-news]").textContent = `${file.name}: ${this.dataset.received}`;
      this.#refresh();
    } else {
      this.#refuse(item, { reason: this.dataset.broken, again: true, ...answer });
    }
  }

  // A file that has the name of another document stays listed, with the question whether it is a new version.
  #finish(item, { offer = "", offer_url = "" }) {
    if (!offer_url) return item.remove();
    const form = item.querySelector(".upload__offer");
    form.action = offer_url;
    form.querySelector("[type=submit]").textContent = offer;
    form.hidden = false;
    item.querySelector("progress").hidden = true;
    return this.#say(item, this.dataset.received);
  }

  #advance(item, share) {
    item.querySelector("progress").value = 100 * share;
    this.#say(item, share < 1 ? `${this.dataset.sending}, ${Math.floor(100 * share)} %` : this.dataset.checking);
  }

  #refuse(item, { title = "", reason = "", next_step = "", url = "", again = false }) {
    const [bold, why, next] = item.querySelectorAll(".upload__refusal b, .upload__refusal span");
    [bold.textContent, why.textContent, next.textContent] = [title, reason, next_step];
    const link = item.querySelector(".upload__refusal a");
    link.hidden = !url;
    link.href = url;
    item.querySelector("[data-again]").hidden = !again;
    item.querySelector("progress").hidden = true;
    item.querySelector(".upload__refusal").hidden = false;
    this.#say(item, "");
    this.querySelector("[data-news]").textContent = `${item.querySelector(".upload__name").textContent}: ${title || reason}`;
  }

  #tooLarge() {
    const [title, reason, next_step] = [...this.querySelector("[data-too-large]").children].map((e) => e.textContent);
    return { title, reason, next_step };
  }

  #say(item, text) {
    item.querySelector(".upload__state").textContent = text;
  }

  // New documents stand on top of the plain list: a filter or another page would hide what was just uploaded.
  #refresh() {
    if (!location.search) return document.body.dispatchEvent(new CustomEvent("library:changed"));
    history.replaceState(null, "", location.pathname);
    return window.htmx.ajax("GET", location.pathname, { target: "#library", swap: "outerHTML" });
  }
}

customElements.define("upload-zone", UploadZone);
