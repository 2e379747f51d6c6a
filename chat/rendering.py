"""An answer's text as safe HTML. The one function for the end of a stream and for history, so both are the
same.

Markdown without raw HTML, images or links, then an allow-list. The only links are the citation marks, which
are put in afterwards from stored citations.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import nh3
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from chat.support import Finding

_TAGS = {
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
# Headings of an answer stand below the page's own.
_HEADING_OFFSET = 2
# Private characters stand for a citation while markdown is read. The brackets around them stay, so that a
# mark behaves like punctuation, as `[1]` did. Markdown can spell these characters in other ways (&#xE000;), so there
# is a key between them which no text can know.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE = re.compile(rf"\[{_OPEN}([0-9a-f]+)-(\d+){_CLOSE}\]")
_PRIVATE = re.compile(f"[{_OPEN}{_CLOSE}]")
# With these a text could turn around the order in which the words and marks behind it are shown.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class CiteMark:
    """How one citation is shown, and where its mark stands in the text."""

    start: int
    end: int
    html: SafeString


def answer_html(
    text: str, marks: Sequence[CiteMark], hidden: Sequence[tuple[int, int]] = (), *, quoted: bool
) -> SafeString:
    """Return the answer as HTML, without the words that are hidden.

    `quoted` text comes word by word from documents and is no markdown.
    """
    key = secrets.token_hex(8)
    source = _with_places(_PRIVATE.sub(" ", text), marks, hidden, key)
    html = _paragraphs(source) if quoted else _markdown().render(source)
    clean = nh3.clean(html, tags=_TAGS, attributes={}, link_rel=None)
    placed = _PLACE.sub(lambda place: marks[int(place[2])].html if place[1] == key else "", _DIRECTIONS.sub("", clean))
    return mark_safe(placed)  # noqa: S308 - allow-listed above, and the marks are built by format_html


def _with_places(text: str, marks: Sequence[CiteMark], hidden: Sequence[tuple[int, int]], key: str) -> str:
    """Put a placeholder for each mark, and words of regret for each span that is hidden."""
    edits = [(mark.start, mark.end, f"[{_OPEN}{key}-{index}{_CLOSE}]") for index, mark in enumerate(marks)]
    edits = [edit for edit in edits if not any(start <= edit[0] < end for start, end in hidden)]
    return edited(text, [*edits, *((start, end, regret()) for start, end in hidden)])


def regret() -> str:
    """What stands in place of words that a reader may not see."""
    return _("(from a source that you may no longer read)")


def edited(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Put pieces in place of spans; one in brackets is a mark and stands close to the words that it is for."""
    pieces: list[str] = []
    last = 0
    for start, end, piece in sorted(edits):
        if start >= last:
            pieces += [text[last:start].rstrip(" ") if piece.startswith("[") else text[last:start], piece]
            last = end
    return "".join([*pieces, text[last:]])


def _paragraphs(text: str) -> str:
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    return "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in paragraphs)


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.disable(["image", "link", "autolink", "reference", "html_inline", "html_block"])
    parser.core.ruler.push("heading_levels", _lower_headings)
    return parser


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + _HEADING_OFFSET, 6)}"


def cite_link(number: int, url: str, card_id: str, finding: Finding = Finding.SUPPORTED) -> SafeString:
    """The small numbered mark. One that is not supported says so in words as well as in colour."""
    word = _finding_word(finding)
    return format_html(
        '<citation-mark><a class="{}" href="{}" aria-describedby="{}">'
        '<span class="visually-hidden">{} </span>{}{}</a></citation-mark>',
        f"cite cite--{finding}" if word else "cite",
        url,
        card_id,
        _("Source"),
        number,
        format_html(' <span class="cite__word">{}</span>', word) if word else "",
    )


def _finding_word(finding: Finding) -> str:
    words = {Finding.UNVERIFIED: _("unverified"), Finding.CONTRADICTED: _("contradicted")}
    return words.get(finding, "")
