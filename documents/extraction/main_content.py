"""Which part of an HTML page is its content: menus, heads, feet, side columns and cookie banners frame it.

A frame is left out only where enough text remains; a page that consists of it, or a fragment, is read whole.
"""

import re
from collections.abc import Callable, Iterator

from lxml import etree, html

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CONTENT = ("main", "article")
_NEVER_FRAME = frozenset((*_CONTENT, "html", "body", *_HEADINGS))
# Frames only outside of the content: an article has a head, a foot and remarks of its own.
_OUTER_FRAME = frozenset(("header", "footer", "aside"))
_HEAD_ROLES = frozenset(("banner",))
_FRAME_ROLES = frozenset((
    "navigation", "contentinfo", "complementary", "search", "menu", "menubar", "dialog", "alertdialog",
))  # fmt: skip
# Names that pages give their parts; gnb, lnb and snb are the menus of Korean sites.
_FRAME_NAMES = frozenset((
    "breadcrumb", "breadcrumbs", "footer", "gnb", "lnb", "nav", "navbar", "navigation", "page-footer", "sidebar",
    "site-footer", "site-header", "site-nav", "skip-link", "skip-nav", "skipnav", "snb",
))  # fmt: skip
_COOKIE_BANNER = re.compile(
    r"(?:cookie|consent|gdpr)[\w-]*(?:banner|bar|notice|popup|modal|dialog|overlay|message|box|layer|wall|manager)"
    r"|onetrust|cookiebot|cookieconsent|didomi|usercentrics",
    re.IGNORECASE,
)
_MAX_NAMES = 300
# What must remain when frames are left out: this many characters, or this share of the text.
_ENOUGH_CHARACTERS = 200
_ENOUGH_SHARE = 0.5
# An element that says "main" is believed if it holds this share of what is no frame.
_MIN_MAIN_SHARE = 0.5

type_Hidden = Callable[[html.HtmlElement], bool]


def main_content(root: html.HtmlElement, is_hidden: type_Hidden) -> tuple[html.HtmlElement, html.HtmlElement | None]:
    """The element to read, without frames in it, and the title that stands outside of it. Changes the tree."""
    body = root.find("body")
    body = root if body is None else body
    _drop_frames(body, is_hidden)
    candidates = list(body.iter("main")) or body.xpath(".//*[@role='main']") or list(body.iter("article"))
    if len(candidates) != 1:
        return body, None
    share = _text_length(candidates[0], is_hidden) / max(1, _text_length(body, is_hidden))
    if share < _MIN_MAIN_SHARE:
        return body, None
    return candidates[0], _title_outside(body, candidates[0])


def _drop_frames(body: html.HtmlElement, is_hidden: type_Hidden) -> None:
    frames = list(_frames(body))
    if not frames:
        return
    total = _text_length(body, is_hidden)
    rest = total - sum(_text_length(frame, is_hidden) for frame in frames if not is_hidden(frame))
    if rest >= min(_ENOUGH_CHARACTERS, _ENOUGH_SHARE * total):
        for frame in frames:
            frame.drop_tree()


def _frames(body: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The outermost elements that frame the content."""
    walker = etree.iterwalk(body, events=("start", "end"))
    content_depth = 0
    for event, element in walker:
        if element.tag in _CONTENT:
            content_depth += 1 if event == "start" else -1
        elif event == "start" and element is not body and _is_frame(element, inside=content_depth > 0):
            walker.skip_subtree()
            yield element


def _is_frame(element: html.HtmlElement, *, inside: bool) -> bool:
    tag, role = element.tag, element.get("role", "")
    if tag in _NEVER_FRAME or role == "main":
        return False
    if tag == "header" or role in _HEAD_ROLES:
        return not inside and next(element.iter(*_HEADINGS), None) is None
    if tag in _OUTER_FRAME:
        return not inside
    return tag == "nav" or role in _FRAME_ROLES or _is_named_frame(element)


def _is_named_frame(element: html.HtmlElement) -> bool:
    names = f"{element.get('id', '')} {element.get('class', '')}"[:_MAX_NAMES]
    return not _FRAME_NAMES.isdisjoint(names.lower().split()) or _COOKIE_BANNER.search(names) is not None


def _title_outside(body: html.HtmlElement, content: html.HtmlElement) -> html.HtmlElement | None:
    """The one heading of the first level, if it stands before the content and not in it."""
    titles = list(body.iter("h1"))
    return titles[0] if len(titles) == 1 and content not in titles[0].iterancestors() else None


def _text_length(top: html.HtmlElement, is_hidden: type_Hidden) -> int:
    """Characters that a reader would see, without white space."""
    walker = etree.iterwalk(top, events=("start", "end"))
    length = 0
    for event, element in walker:
        if event == "end":
            length += _visible(element.tail) if element is not top else 0
        elif element is not top and is_hidden(element):
            walker.skip_subtree()
        else:
            length += _visible(element.text)
    return length


def _visible(text: str | None) -> int:
    return sum(map(len, text.split())) if text else 0
