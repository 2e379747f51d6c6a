"""The sentences, list items and table rows of a passage that may be quoted as an answer; pure.

Headings are no answers; they, the head of a table and the words that lead into a list say what the parts
below them are about.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from chat.passages import Passage
from documents import places
from documents.sentences import sentence_spans

# Text without sentence marks (a table of a scan) and lists are quoted piece by piece, each up to this length.
MAX_CHARACTERS = 500
# A sentence longer than this is quoted by its clauses, where semicolons part them.
LONG = 240
# A line is full when the next word would have come within this share of the widest line, or of a usual
# page's.
_FULL = 0.86
_PAGE_COLUMNS = 84

_BULLET = re.compile(r"\s*(?:[-*•·▪◦]|\(?\d{1,2}[.)]|[①-⑳]|[가-하][.)])\s+")
_CLOSED = re.compile(r"[.!?。！？…:;]['\"”’)\]」』]*$")
# Signs before items that say no more than that they are items.
_MARKER = re.compile(r"^[-*·▪◦]\s+")
_CLAUSE = re.compile(r"[;；]\s+(?=\S)")
# Words that promise a list: a colon at the end, or a turn of speech.
_INTRODUCES = re.compile(r"[:：]\s*$|다음|아래|\b(?:the following|as follows)\b", re.IGNORECASE)
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
    # What it says itself, where more is shown: an item is read with its lead, a lead with its list.
    own: str = ""
    # The sentence before it in running text, which may name what this one only points at.
    before: str = ""

    @property
    def said(self) -> str:
        return self.own or self.shown

    @property
    def quote(self) -> str:
        """The document's text from start to end."""
        return self.passage.text[self.start - self.passage.start : self.end - self.passage.start]


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
        above = f"{passage.title} {heading}"
        if line.is_row or head:
            yield _of_row(passage, line, head, f"{above} {head}")
        elif line.is_item:
            yield from _of_item(passage, line, lead, above)
        else:
            yield from _of_prose(passage, line, _items(lines, index), above)
            lead = line.text


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


def _items(lines: Sequence[_Line], index: int) -> list[_Line]:
    """The list items right below a line."""
    return list(takewhile(lambda line: line.is_item and not line.is_heading, lines[index + 1 :]))


def _of_row(passage: Passage, line: _Line, head: str, context: str) -> Sentence:
    stripped = line.text.strip()
    start = line.start + line.text.index(stripped)
    is_labelled = places.has_labelled_rows(passage.media_type)
    shown = _labelled(stripped) if is_labelled else _row(head, stripped)
    return _sentence(passage, start, start + len(stripped), context, shown)


def _of_item(passage: Passage, line: _Line, lead: str, above: str) -> Iterator[Sentence]:
    """The sentences of an item, the first of them with the words that lead into the list."""
    bullet = _BULLET.match(line.text)
    offset = bullet.end() if bullet else 0
    said = _plain(lead[_last_sentence(lead) :])
    leads = bool(_INTRODUCES.search(said))
    for index, (start, end) in enumerate(_spans(line.text[offset:])):
        first, last = line.start + offset + start, line.start + offset + end
        own = _plain(passage.text[first:last])
        if leads and not index:
            yield replace(_sentence(passage, first, last, above, f"{said} {own}"), own=own)
        else:
            yield _sentence(passage, first, last, f"{above} {lead}")


def _of_prose(passage: Passage, line: _Line, items: Sequence[_Line], above: str) -> Iterator[Sentence]:
    """The sentences of running text; one that leads into a list is quoted with it."""
    before = ""
    spans = list(_spans(line.text))
    for index, (start, end) in enumerate(spans):
        found = _sentence(passage, line.start + start, line.start + end, f"{above} ")
        if index == len(spans) - 1 and items and _INTRODUCES.search(found.shown):
            found = _with_items(found, items)
        yield replace(found, before=before)
        before = found.said


def _with_items(lead: Sentence, items: Sequence[_Line]) -> Sentence:
    passage, start, end = lead.passage, lead.start, lead.end
    for item in items:
        last = passage.start + item.start + len(item.text.rstrip())
        if last - start > MAX_CHARACTERS:
            break
        end = last
    lines = passage.text[start - passage.start : end - passage.start].split("\n")
    shown = "\n".join(_MARKER.sub("• ", _plain(line)) for line in lines if line.strip())
    return replace(lead, end=end, shown=shown, own=lead.shown)


def _last_sentence(text: str) -> int:
    spans = sentence_spans(text)
    return spans[-1][0] if spans else 0


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Sentences, long ones by their clauses, and what is still too long at the ends of words."""
    for start, end in sentence_spans(text):
        cuts = [start, *(start + cut.end() for cut in _CLAUSE.finditer(text[start:end])), end]
        bounds = cuts if end - start > LONG else [start, end]
        for first, last in pairwise(bounds):
            yield from _pieces(text, first, last)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MAX_CHARACTERS:
        cut = text.rfind(" ", start + 1, start + MAX_CHARACTERS)
        cut = cut if cut > 0 else start + MAX_CHARACTERS
        yield start, cut
        start = cut + 1 if text[cut] == " " else cut
    yield start, start + len(text[start:end].rstrip())


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
