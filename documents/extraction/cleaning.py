"""Makes raw text storable and honest: NFC, line feeds, and nothing in it that a reader cannot see.

`clean` and `clean_with_origins` share one rule set, so an offset in cleaned text always leads back to the raw
character it came from.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

# A letter carries a handful of marks; hundreds ("zalgo") only make normalising slow.
_MAX_MARKS = 16
_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"

# What hides text from people but not from machines, and what PostgreSQL or JSON cannot hold: control
# characters, soft hyphens, zero-width and direction controls, variation selectors, tags, surrogates,
# non-characters.
_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SPACES = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"

_CHANGE = re.compile(
    "(?P<pair>[\ud800-\udbff][\udc00-\udfff])"
    f"|(?P<end>\r\n?|[\x0b\x0c\x85\u2028\u2029])"
    f"|(?P<space>[{_SPACES}])"
    f"|(?P<drop>[{_INVISIBLE}]|(?<=[{_MARKS}]{{{_MAX_MARKS}}})[{_MARKS}]+)"
)
_REPLACEMENT = {"end": "\n", "space": " ", "drop": ""}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Cleaned text and, for each of its characters, the index of the raw character it came from."""

    text: str
    origins: list[int]


def clean(raw: str) -> str:
    return unicodedata.normalize("NFC", _CHANGE.sub(_replacement, raw))


def clean_line(raw: str) -> str:
    """Cleaned text on one line, for titles and headings."""
    return " ".join(clean(raw).split())


def clean_with_origins(raw: str) -> Cleaned:
    """The text of `clean`, with the way back to the raw characters."""
    pieces: list[str] = []
    origins: list[int] = []
    position = 0
    for match in _CHANGE.finditer(raw):
        new = _replacement(match)
        pieces += raw[position : match.start()], new
        origins += range(position, match.start())
        origins += [match.start()] * len(new)
        position = match.end()
    pieces.append(raw[position:])
    origins += range(position, len(raw))
    return _composed("".join(pieces), origins)


def _replacement(match: re.Match[str]) -> str:
    if match.lastgroup == "pair":  # one character in two halves, as pdfium and some old programs write it
        whole = match[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        return _CHANGE.sub(_replacement, whole)
    return _REPLACEMENT[str(match.lastgroup)]


def _composed(text: str, origins: list[int]) -> Cleaned:
    """NFC cluster by cluster, so that a composed character keeps the origin of its first part."""
    if unicodedata.is_normalized("NFC", text):
        return Cleaned(text, origins)
    starts = [index for index, character in enumerate(text) if index == 0 or _begins_cluster(character)]
    pieces: list[str] = []
    composed_origins: list[int] = []
    for start, end in pairwise([*starts, len(text)]):
        cluster = unicodedata.normalize("NFC", text[start:end])
        pieces.append(cluster)
        composed_origins += [origins[min(start + index, end - 1)] for index in range(len(cluster))]
    return Cleaned("".join(pieces), composed_origins)


def _begins_cluster(character: str) -> bool:
    """False for what may melt into the character before: marks, vowels and finals of decomposed Hangul."""
    return not ("\u1160" <= character <= "\u11ff" or unicodedata.category(character).startswith("M"))
