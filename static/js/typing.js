// Whether a key belongs to what somebody is typing.

// What keydown reports as its code while an input method takes the key.
const COMPOSING = 229;

/** Enter that ends a Hangul syllable belongs to the input method. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === COMPOSING;
}

export function isInField(event) {
  return Boolean(event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"));
}

/** A key of the page: alone, and not typed into a field. */
export function isCommand(event) {
  const isAlone = !event.ctrlKey && !event.metaKey && !event.altKey;
  return isAlone && !event.defaultPrevented && !isComposing(event) && !isInField(event);
}
