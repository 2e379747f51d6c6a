"""What is looked at on every page: axe, the size of targets, what shows the focus, motion, and width."""

from importlib.resources import files

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another theme can change; all else was seen in the first one.
OF_COLOURS = ["color-contrast", "link-in-text-block"]

_RUN_AXE = """
async (runOnly) => {
  const { violations } = await axe.run(document, { runOnly, resultTypes: ["violations"], preload: false });
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, any }) => [impact, id, target.join(" "), any[0]?.message ?? ""].join(" | ")));
}
"""
_FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'])"
_SHOWN = """
const shown = [...document.querySelectorAll(FOCUSABLE)].filter((e) => !e.disabled && !e.closest("[inert]")
  && e.checkVisibility({ visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true }));
"""
# WCAG 2.2, success criterion 2.5.8, without its exception for small targets that stand apart. A label is part of its
# field; links in running text are excepted, and what is clipped away until it has the focus.
_SMALL_TARGETS = """
() => {
  SHOWN
  const isText = (node) => node.nodeType === Node.TEXT_NODE && /[\\p{L}\\p{N}]/u.test(node.data)
    && !node.parentElement.closest("a, button, .visually-hidden");
  const isInText = (element) => {
    if (!getComputedStyle(element).display.startsWith("inline")) return false;
    let block = element.parentElement;
    while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (isText(texts.currentNode)) return true;
    return false;
  };
  const sizes = (element) => [element, ...(element.labels ?? [])].map((part) => part.getBoundingClientRect());
  return shown.filter((element) => {
    const boxes = sizes(element);
    const [width, height] = [Math.max(...boxes.map((b) => b.width)), Math.max(...boxes.map((b) => b.height))];
    const isClipped = boxes[0].right <= 0 || boxes[0].bottom <= 0 || Math.max(width, height) <= 1;
    return Math.min(width, height) < 23.5 && !isClipped && !isInText(element);
  }).map((element) => {
    const { width, height } = element.getBoundingClientRect();
    return `${width.toFixed(0)}x${height.toFixed(0)} ${element.outerHTML.slice(0, 160)}`;
  });
}
"""
# The last key that was pressed is Tab: what gets the focus now shows it as for the keyboard.
_UNSEEN_FOCUS = """
() => {
  SHOWN
  const look = (element) => [element, element.closest("label"), ...(element.labels ?? []), element.parentElement]
    .filter(Boolean).flatMap((part) => [getComputedStyle(part), getComputedStyle(part, "::after")]).map((style) => {
      const { outlineStyle, outline, boxShadow, borderColor, backgroundColor } = style;
      return [outlineStyle === "none" ? "" : outline, boxShadow, borderColor, backgroundColor].join();
    }).join(";");
  const unseen = [];
  document.activeElement.blur();
  for (const element of shown) {
    const before = look(element);
    element.focus({ preventScroll: true });
    if (document.activeElement === element && look(element) === before) unseen.push(element.outerHTML.slice(0, 160));
    element.blur();
  }
  return unseen;
}
"""
_MOVING = """
() => [...document.querySelectorAll("*")].filter((element) => ["", "::before", "::after"].some((part) => {
  const { animationDuration, transitionDuration } = getComputedStyle(element, part);
  return `${animationDuration},${transitionDuration}`.split(",").some((time) => parseFloat(time) > 0.01);
})).map((element) => element.outerHTML.slice(0, 160))
"""
_OVERFLOW = (
    "() => document.documentElement.scrollWidth > innerWidth ? [`${document.documentElement.scrollWidth} px`] : []"
)
# Chromium keeps some inherited colours of the theme before, as no reader sees them who opens the page in this one.
_DRAWN = """
() => {
  document.body.style.display = "none";
  void document.body.offsetHeight;
  document.body.style.display = "";
}
"""
_AT_REST = "() => !document.querySelector('.htmx-request')"


def _script(text):
    return text.replace("SHOWN", _SHOWN).replace("FOCUSABLE", f'"{_FOCUSABLE}"')


def survey(page, path):
    """Open a page and return what is wrong with it, by what was looked at; in both themes and widths."""
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(path)
    page.wait_for_function(_AT_REST)
    all_rules, colours = {"type": "tag", "values": LEVELS}, {"type": "rule", "values": OF_COLOURS}
    page.evaluate(AXE)
    found = {"axe": _named("wide, light", page.evaluate(_RUN_AXE, all_rules)), "motion": page.evaluate(_MOVING)}
    found["targets"] = _named("wide", page.evaluate(_script(_SMALL_TARGETS)))
    page.emulate_media(color_scheme="dark")
    page.evaluate(_DRAWN)
    found["axe"] += _named("wide, dark", page.evaluate(_RUN_AXE, colours))
    page.set_viewport_size(NARROW)
    found["axe"] += _named("narrow, dark", page.evaluate(_RUN_AXE, all_rules))
    found["targets"] += _named("narrow", page.evaluate(_script(_SMALL_TARGETS)))
    found["width"] = page.evaluate(_OVERFLOW)
    page.emulate_media(color_scheme="light")
    page.evaluate(_DRAWN)
    found["axe"] += _named("narrow, light", page.evaluate(_RUN_AXE, colours))
    page.set_viewport_size(WIDE)
    page.keyboard.press("Tab")
    found["focus"] = page.evaluate(_script(_UNSEEN_FOCUS))
    return found


def _named(where, complaints):
    return [f"{where}: {complaint}" for complaint in complaints]
