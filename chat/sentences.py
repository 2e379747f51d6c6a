"""The sentences, list items and table rows of a passage that may be quoted as an answer; pure.

Headings are no answers; they, the head of a table and the words that lead into a list say what the parts
below them are about.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chat.passages import Passage
from documents import places
from documents.sentences import sentence_spans

# Text without sentence marks (a list in running text, a table of a scan) is not quoted by the page.
MAX_CHARACTERS = 500
# A line is full when the next word would have come within this share of the widest line, or of a usual
# page's.
_FULL = 0.86
_PAGE_COLUMNS = 84

_BULLET = re.compile(r"\s*(?:[-*•·▪◦]|\(?\d{1,2}[.)]|[①-⑳]|[가-하][.)])\s+")
_CLOSED = re.compile(r"[.!?。！？…:;]['\"”’)\]」』]*$")
_DIGIT = re.compile(r"\d")
_CELL_MARK = "|"


@dataclass(frozen=True, slots=True)
class Sentence:
    """Part of a passage: its place in the document's text, how it reads alone, and what stands above it."""

    passage: Passage
    start: int
    end: int
    shown: str
    context: str


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a passage after wrapped lines were joined; offsets in the passage's text."""

    start: int
    text: str
    is_heading: bool = False

    @property
    def is_item(self) -> bool:
        return bool(_BULLET.match(self.text))

    @property
    def is_row(self) -> bool:
        return len(_cells(self.text)) > 1 and (" | " in self.text or self.text.lstrip().startswith(_CELL_MARK))

    @property
    def is_fragment(self) -> bool:
        """Neither heading nor item, and without an end: what the row of a table in a PDF looks like."""
        return not (self.is_heading or self.is_item or _CLOSED.search(self.text.rstrip()))


def sentences(passage: Passage) -> list[Sentence]:
    """Return what can be quoted, in order."""
    return [found for found in _all(passage) if any(letter.isalnum() for letter in found.shown)]


def _all(passage: Passage) -> Iterator[Sentence]:
    lines = list(_lines(passage))
    heading, head, lead = passage.heading, "", ""
    for index, line in enumerate(lines):
        if line.is_heading:
            heading, head, lead = line.text, "", ""
            continue
        if _is_head(lines, index, head, passage):
            # What every row repeats is no context: it would hide that a row says more.
            head = "" if places.has_labelled_rows(passage.media_type) else line.text
            continue
        if not line.is_row and not (head and line.is_fragment):
            head = ""
        context = " ".join((passage.title, heading, head if head else lead if line.is_item else ""))
        yield from _parts(passage, line, head, context)
        lead = lead if line.is_item else line.text


def _lines(passage: Passage) -> Iterator[_Line]:
    headings = {start - passage.start for start, _text in passage.outline}
    offset = 0
    is_wrapped = passage.page_based and not places.are_apart(passage.media_type)
    text_of_lines = _joined(passage.text, headings) if is_wrapped else passage.text
    for text in text_of_lines.split("\n"):
        if text.strip():
            yield _Line(offset, text, is_heading=any(offset <= start < offset + len(text) for start in headings))
        offset += len(text) + 1


def _joined(text: str, headings: set[int]) -> str:
    """Turn the breaks of wrapped lines into spaces; the length stays, so offsets do too."""
    lines = text.split("\n")
    widest = max(_PAGE_COLUMNS, *map(_width, lines))
    pieces = [lines[0]]
    offset = 0
    for line, following in zip(lines, lines[1:], strict=False):
        next_start = offset + len(line) + 1
        is_apart = offset in headings or next_start in headings or _BULLET.match(following)
        next_word = following.split(" ", 1)[0]
        # A passage may begin in the middle of a line, whose width says nothing then.
        is_full = not offset or _width(f"{line} {next_word}") >= _FULL * widest
        wraps = line.strip() and next_word and is_full and not _CLOSED.search(line.rstrip())
        pieces += [" " if wraps and not is_apart else "\n", following]
        offset = next_start
    return "".join(pieces)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _is_head(lines: Sequence[_Line], index: int, head: str, passage: Passage) -> bool:
    """Whether a line names the columns of the rows below it."""
    line, below = lines[index], lines[index + 1 : index + 3]
    if head or not below:
        return False
    if places.has_labelled_rows(passage.media_type):
        return line.is_row and below[0].text.startswith(f"{_cells(line.text)[0]}: ")
    if line.is_row:
        return below[0].is_row
    looks_like_rows = all(other.is_fragment and not other.is_row for other in below)
    has_numbers = any(_DIGIT.search(other.text) for other in below)
    return passage.page_based and line.is_fragment and not _DIGIT.search(line.text) and looks_like_rows and has_numbers


def _parts(passage: Passage, line: _Line, head: str, context: str) -> Iterator[Sentence]:
    if line.is_row or head:
        stripped = line.text.strip()
        start = line.start + line.text.index(stripped)
        is_labelled = places.has_labelled_rows(passage.media_type)
        shown = _labelled(stripped) if is_labelled else _row(head, stripped)
        yield _sentence(passage, start, start + len(stripped), context, shown)
        return
    item = _BULLET.match(line.text)
    offset = item.end() if item else 0
    for start, end in sentence_spans(line.text[offset:]):
        first = line.start + offset + start
        yield _sentence(passage, first, min(line.start + offset + end, first + MAX_CHARACTERS), context)


def _sentence(passage: Passage, start: int, end: int, context: str, shown: str = "") -> Sentence:
    plain = _plain(shown or passage.text[start:end])
    return Sentence(passage, passage.start + start, passage.start + end, plain, context)


def _row(head: str, row: str) -> str:
    """A row of a table as it reads alone: each cell with the name of its column, where cells are known."""
    if _CELL_MARK not in row:
        return f"{head}: {row}"
    names, cells = _cells(head), _cells(row)
    if len(names) != len(cells):
        return " · ".join(cell for cell in cells if cell)
    pairs = zip(names, cells, strict=True)
    return " · ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)


def _labelled(row: str) -> str:
    return " · ".join(cell for cell in _cells(row) if cell)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip(_CELL_MARK).split(_CELL_MARK)]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
