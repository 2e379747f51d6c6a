// <search-box data-suggestions="address">: offers titles, headings and glossary words while somebody types.
// A combobox whose list never takes the focus. While an input method composes, nothing is asked for and no key is
// taken away from it; what is shown is only narrowed.

const PAUSE_MS = 120;
const COMPOSING = 229;
const FINALS = "ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ".split(" ");
const FIRST_FINAL = 0x11a8;

/** Letter by letter, a final consonant as if it began the next syllable: what is half typed is a prefix. */
function keysOf(text) {
  const letters = text.normalize("NFKD").toLowerCase();
  return letters.replace(/[\u11a8-\u11c2]/g, (final) => FINALS[final.charCodeAt(0) - FIRST_FINAL].normalize("NFKD"));
}

class SearchBox extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.input = this.querySelector("input");
    this.list = this.#emptyList();
    this.append(this.list);
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.input.addEventListener("input", (event) => this.#onInput(event), { signal });
    this.input.addEventListener("compositionend", () => this.#askSoon(), { signal });
    this.input.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.input.addEventListener("blur", () => this.#close(), { signal });
    this.input.form.addEventListener("submit", () => this.#close(), { signal });
    document.addEventListener("htmx:historyRestore", () => this.#takeUp(), { signal });
    document.addEventListener("htmx:pushedIntoHistory", () => this.#takeUp(), { signal });
  }

  disconnectedCallback() {
    this.listeners.abort();
    this.#forget();
    this.list.remove();
  }

  #emptyList() {
    const list = document.createElement("ul");
    list.id = "suggestions";
    list.className = "search-box__list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", this.dataset.label);
    list.hidden = true;
    // The focus stays in the field, so that a click is not lost to its blur.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => this.#choose(event.target.closest("[role=option]")));
    return list;
  }

  #onInput(event) {
    if (event.isComposing) this.#narrow();
    else this.#askSoon();
  }

  #askSoon() {
    this.#forget();
    this.pending = setTimeout(() => this.#ask(), PAUSE_MS);
  }

  /** Drop what was to be asked, and the answer to what was. */
  #forget() {
    clearTimeout(this.pending);
    this.request?.abort();
  }

  async #ask() {
    const typed = this.input.value.trim();
    if (!typed) return this.#close();
    this.request = new AbortController();
    try {
      const address = `${this.dataset.suggestions}?${new URLSearchParams({ q: typed })}`;
      const response = await fetch(address, { signal: this.request.signal });
      if (response.ok && !response.redirected) this.#show((await response.json()).suggestions);
    } catch (error) {
      if (error.name !== "AbortError") this.#close();
    }
  }

  #show(suggestions) {
    if (document.activeElement !== this.input) return;
    this.list.replaceChildren(...suggestions.map((suggestion, index) => this.#option(suggestion, index)));
    this.#narrow();
  }

  #option({ text, kind }, index) {
    const option = document.createElement("li");
    option.id = `suggestion-${index}`;
    option.className = "search-box__option";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.text = text;
    for (const words of [text, kind]) option.append(Object.assign(document.createElement("span"), { textContent: words }));
    return option;
  }

  /** Hide what no longer fits what stands in the field; first letters alone are the server's to judge. */
  #narrow() {
    const typed = keysOf(this.input.value.trim());
    const isInitials = /^[\u1100-\u1112\s]+$/.test(typed);
    for (const option of this.list.children) {
      const fits = isInitials || keysOf(option.dataset.text).includes(typed);
      option.hidden = !fits;
    }
    const isOpen = this.#options.length > 0;
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    this.#mark(null);
  }

  get #options() {
    return [...this.list.children].filter((option) => !option.hidden);
  }

  get #marked() {
    return this.list.querySelector('[aria-selected="true"]');
  }

  #mark(option) {
    this.#marked?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  #onKey(event) {
    if (event.isComposing || event.keyCode === COMPOSING || this.list.hidden) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.#move(steps[event.key]);
    else if (event.key === "Enter" && this.#marked) this.#choose(this.#marked);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
  }

  /** Up and down in a circle that has the field itself in it. */
  #move(step) {
    const stops = [null, ...this.#options];
    const at = stops.indexOf(this.#marked);
    this.#mark(stops[(at + step + stops.length) % stops.length]);
  }

  #choose(option) {
    if (!option) return;
    this.input.value = option.dataset.text;
    this.#close();
    this.input.form.requestSubmit();
  }

  #close() {
    this.#forget();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.#mark(null);
  }

  /** The field says what the results below it answer. */
  #takeUp() {
    this.input.value = new URLSearchParams(location.search).get("q") ?? "";
  }
}

customElements.define("search-box", SearchBox);
