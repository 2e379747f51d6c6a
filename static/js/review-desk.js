// <review-desk>: judge an answer by keyboard. Everything it does can also be done with the form's own fields.

import { isComposing, isInField } from "./typing.js";

const STILL_HERE_MS = 5 * 60 * 1000;

class ReviewDesk extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    document.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.addEventListener("click", (event) => this.#onClick(event), { signal });
    for (const name of ["input", "keydown", "pointerdown"]) {
      this.addEventListener(name, () => (this.active = true), { signal, passive: true });
    }
    this.addEventListener("htmx:afterSettle", (event) => this.#bringUp(event.target), { signal });
    this.addEventListener("change", (event) => this.#say(event.target), { signal });
    this.renewing = setInterval(() => this.#renew(), STILL_HERE_MS);
    for (const tool of this.querySelectorAll("[data-help], [data-copy-answer]")) tool.hidden = false;
    if (!location.hash && !this.querySelector("[role='alert']:not([hidden])")) this.#focus(this.#unjudged() ?? this.claims[0]);
  }

  disconnectedCallback() {
    this.listeners.abort();
    clearInterval(this.renewing);
  }

  get claims() {
    return [...this.querySelectorAll("[data-claim]")];
  }

  get current() {
    return document.activeElement?.closest("[data-claim]") ?? this.querySelector("[data-claim][aria-current]");
  }

  #unjudged() {
    return this.claims.find((claim) => !claim.querySelector("input:checked"));
  }

  #focus(claim) {
    if (!claim) return;
    for (const other of this.claims) other.removeAttribute("aria-current");
    claim.setAttribute("aria-current", "true");
    claim.focus({ preventScroll: claim === this.claims[0] });
  }

  #onKey(event) {
    if (event.defaultPrevented || isComposing(event) || event.altKey || event.metaKey) return;
    if (this.querySelector("dialog[open]")) return;
    if (isInField(event)) this.#inText(event);
    else if (!event.ctrlKey) this.#command(event);
  }

  #inText(event) {
    if (event.key === "Escape") event.target.blur();
    else if (event.key === "Enter" && event.ctrlKey) this.#save();
    else return;
    event.preventDefault();
  }

  #command(event) {
    const key = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
    if (key === "Enter" && event.target.closest("a, button, summary")) return;
    const done =
      key === "Enter" ? this.#save()
      : key === "?" ? this.#help()
      : key === "j" ? this.#move(1)
      : key === "k" ? this.#move(-1)
      : key === "e" ? this.#correct()
      : key === "n" ? this.#write(this.querySelector("[name='note']"))
      : /^[1-4]$/.test(key) ? this.#judge(key)
      : this.#press(key);
    if (done) event.preventDefault();
  }

  #save() {
    const save = this.querySelector("[data-save]");
    save.form.requestSubmit(save);
    return true;
  }

  #help() {
    this.querySelector("dialog").showModal();
    return true;
  }

  #move(by) {
    const { claims, current } = this;
    const at = claims.indexOf(current);
    this.#focus(claims[Math.min(Math.max(at + by, 0), claims.length - 1)]);
    return true;
  }

  /** Choose a verdict, and go on to the citation after it. */
  #judge(key) {
    const claim = this.current ?? this.#unjudged();
    if (!claim) return false;
    this.#check(claim.querySelector(`[data-key="${key}"]`));
    this.#focus(this.claims[this.claims.indexOf(claim) + 1] ?? claim);
    return true;
  }

  #press(key) {
    const target = this.querySelector(`:is(.desk__bar, .opinion) [data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    if (target.matches("input")) this.#check(target);
    else target.click();
    return true;
  }

  #check(input) {
    input.checked = input.type === "radio" || !input.checked;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #correct() {
    this.querySelector("[data-correct]").open = true;
    return this.#write(this.querySelector("[name='corrected']"));
  }

  #write(field) {
    field.focus();
    return true;
  }

  #onClick(event) {
    const mark = event.target.closest("a.cite");
    if (mark) {
      event.preventDefault();
      this.#focus(document.getElementById(`claim-${mark.getAttribute("aria-describedby")}`));
    }
    if (event.target.closest("[data-help]")) this.#help();
    if (event.target.closest("[data-copy-answer]")) this.#copyAnswer();
  }

  #copyAnswer() {
    const field = this.querySelector("[name='corrected']");
    if (!field.value) field.value = field.dataset.original;
    field.focus();
  }

  /** The text around a passage has come: scroll its frame, not the page. */
  #bringUp(frame) {
    const marked = frame.matches?.(".claim__text") && frame.querySelector("mark");
    if (marked) frame.scrollTop = marked.offsetTop - frame.clientHeight / 3;
  }

  /** What was chosen is said aloud. */
  #say(input) {
    const claim = input.closest("[data-claim]");
    const label = input.closest("label")?.firstChild.nextSibling?.textContent.trim();
    if (!label) return;
    const words = this.dataset.said.replace("{place}", claim?.dataset.claim).replace("{verdict}", label);
    this.querySelector("[data-status]").textContent = claim ? words : label;
  }

  /** Whoever is at work keeps the answer. */
  async #renew() {
    if (!this.active) return;
    this.active = false;
    const headers = { "X-CSRFToken": this.dataset.token };
    const response = await fetch(this.dataset.renew, { method: "POST", headers }).catch(() => null);
    if (response?.status !== 409) return;
    const notice = this.querySelector("[data-lost-notice]");
    notice.textContent = this.dataset.lost;
    notice.hidden = false;
  }
}

customElements.define("review-desk", ReviewDesk);
