// What a source shows of its document: the picture of its page, brought to the passage and enlarged at will, or its
// text.

// Widths of a page in percent of the panel; the first shows it whole.
const WIDTHS = [100, 135, 175, 240, 330];
const FIRST = 2;

let step = FIRST;

/** Larger (1), smaller (-1) or as wide as the panel (0), for this page and those that are opened later. */
export function zoom(direction, frame) {
  step = direction === 0 ? 0 : Math.min(Math.max(step + direction, 0), WIDTHS.length - 1);
  const picture = frame?.querySelector(".picture");
  if (picture) resize(picture, frame);
}

function resize(picture, frame) {
  picture.style.width = `${WIDTHS[step]}%`;
  bringUp(picture, frame);
}

/** Scroll the page's picture to the passage, once both are there. */
export function bringUp(picture, frame) {
  const box = picture.querySelector("rect");
  const image = picture.querySelector("img");
  if (!box || !image.complete) return;
  frame.scrollTop = Number(box.getAttribute("y")) * image.height - frame.clientHeight / 3;
  frame.scrollLeft = Number(box.getAttribute("x")) * image.width - frame.clientWidth / 8;
}

/** @param {HTMLElement} link with the addresses of picture and highlight */
export function pictureOf(link, label, failed) {
  const frame = document.createElement("div");
  frame.className = "source__page";
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", label);
  const picture = document.createElement("page-picture");
  picture.className = "picture";
  const image = document.createElement("img");
  image.alt = "";
  image.addEventListener("load", () => bringUp(picture, frame));
  image.addEventListener("error", () => frame.replaceChildren(notice(failed)));
  image.src = link.dataset.picture;
  picture.append(image);
  new MutationObserver(() => bringUp(picture, frame)).observe(picture, { childList: true });
  picture.setAttribute("highlight", link.dataset.highlight);
  frame.append(picture);
  resize(picture, frame);
  return frame;
}

export async function textOf(address, failed) {
  const text = document.createElement("div");
  text.className = "source__text";
  text.tabIndex = 0;
  const html = await fetched(address).catch(() => null);
  if (html === null) return notice(failed);
  text.innerHTML = html;
  requestAnimationFrame(() => text.querySelector("mark")?.scrollIntoView({ block: "nearest" }));
  return text;
}

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok || response.redirected) throw new Error(`${response.status}`);
  return response.text();
}

/** Marked, so that whoever opens the source once more has it tried again. */
function notice(words) {
  const place = document.createElement("p");
  place.dataset.failed = "";
  place.className = "notice notice--warning";
  place.textContent = words;
  return place;
}
