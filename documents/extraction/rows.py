"""Rows of a spreadsheet as lines that can be understood alone: each value stands after the words of its column."""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from documents.extraction.composition import Composition

# Rows of one sheet; further ones are left out, with a note.
MAX_ROWS = 100_000
_MAX_LABEL = 80
_MAX_HEADER_ROWS = 3
_FOLLOWING = 5
_GROUP = "table"
# Numbers, dates, times, amounts, shares and yes or no: what stands below a header, not in it.
_VALUE = re.compile(r"[-+(₩$€£¥]*\d[\d,.:/%~()TZ+ -]{0,40}\s?(?:[₩$€£¥%원일명개월]|년|KRW|USD|EUR)?|TRUE|FALSE")
_YEAR = re.compile(r"(?:19|20)\d\d년?")


@dataclass(frozen=True, slots=True)
class Span:
    """Cells merged into one, from the first to the last row and column."""

    top: int
    left: int
    bottom: int
    right: int


class RowWriter:
    """Writes the tables of one sheet into a composition; an empty row may begin another table."""

    def __init__(self, composition: Composition, spans: Iterable[Span] = ()) -> None:
        self._composition = composition
        self._spans: defaultdict[int, list[Span]] = defaultdict(list)
        for span in spans:
            self._spans[span.top].append(span)
        self._header: list[str] = []
        self._header_end = 0
        self._is_fresh = True
        # What a cell that is merged downwards says, by column, with the last row it is for.
        self._carried: dict[int, tuple[int, str]] = {}

    def write(self, rows: Iterable[list[str]]) -> bool:
        """False if there were more rows than are read."""
        written = 0
        for index, row, following in _with_following(rows):
            if not any(row):
                self._is_fresh = True
            elif written >= MAX_ROWS or self._composition.is_cut:
                return False
            elif index >= self._header_end:
                self._write_row(index, row, following)
                written += 1
        return True

    def _write_row(self, index: int, row: list[str], following: list[list[str]]) -> None:
        self._carry(index, row)
        if self._begins_table(row, following):
            self._header = self._read_header(index, [row, *following])
            self._composition.add(" | ".join(filter(None, self._header)), _GROUP)
            self._is_fresh = False
            return
        # A lone cell apart from the table is a title or a remark.
        is_remark = sum(map(bool, row)) == 1 and (self._is_fresh or not self._header)
        if is_remark:
            self._composition.add("".join(row))
            return
        self._is_fresh = False
        self._composition.add(" | ".join(_labelled(self._header, row)), _GROUP)

    def _carry(self, index: int, row: list[str]) -> None:
        for column, (last, text) in list(self._carried.items()):
            if index > last:
                del self._carried[column]
            elif column < len(row) and not row[column]:
                row[column] = text
        for span in self._spans.get(index, ()):
            if span.bottom > index and span.left < len(row):
                self._carried[span.left] = (span.bottom, row[span.left])

    def _begins_table(self, row: list[str], following: list[list[str]]) -> bool:
        if not self._is_fresh and self._header:
            return False
        if not _could_be_header(row, following):
            return False
        return not self._header or _has_values_below(row, following)

    def _read_header(self, index: int, rows: Sequence[list[str]]) -> list[str]:
        depth = self._header_depth(index, rows)
        self._header_end = index + depth
        lines = [list(row) for row in rows[:depth]]
        for offset, line in enumerate(lines):
            for span in self._spans.get(index + offset, ()):
                _spread(span, index, lines, line)
        width = max(map(len, lines))
        return [_joined(line[column] for line in lines if column < len(line)) for column in range(width)]

    def _header_depth(self, index: int, rows: Sequence[list[str]]) -> int:
        """A header has further rows where its own cells are merged over them."""
        spans = self._spans.get(index, ())
        depth = max((span.bottom - span.top + 1 for span in spans), default=1)
        is_wide = any(span.right > span.left for span in spans)
        if depth == 1 and is_wide and len(rows) > 1 and all(map(_is_label, filter(None, rows[1]))):
            depth = 2
        return min(depth, _MAX_HEADER_ROWS, len(rows))


def _with_following(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str], list[list[str]]]]:
    """Every row with its index and the few rows after it."""
    source = iter(rows)
    window = deque(islice(source, _FOLLOWING + 1))
    index = 0
    while window:
        row = window.popleft()
        yield index, row, list(window)
        window.extend(islice(source, 1))
        index += 1


def _could_be_header(row: list[str], following: list[list[str]]) -> bool:
    labels = [text for text in row if text]
    below = _until_empty(following)
    if len(labels) < 2 or not below or not all(map(_is_label, labels)):
        return False
    usual = sorted(sum(map(bool, other)) for other in below)[len(below) // 2]
    if usual < 2 or len(labels) * 2 < usual:
        return False
    # Two columns of words may as well be a form: "Name", "Kim".
    return len(labels) > 2 or _has_values_below(row, below) or len(below) >= _FOLLOWING - 1


def _until_empty(rows: list[list[str]]) -> list[list[str]]:
    end = next((index for index, row in enumerate(rows) if not any(row)), len(rows))
    return rows[:end]


def _has_values_below(row: list[str], following: list[list[str]]) -> bool:
    return any(
        label and column < len(other) and _VALUE.fullmatch(other[column])
        for other in _until_empty(following)
        for column, label in enumerate(row)
    )


def _is_label(text: str) -> bool:
    return len(text) <= _MAX_LABEL and (not _VALUE.fullmatch(text) or bool(_YEAR.fullmatch(text)))


def _spread(span: Span, top: int, lines: list[list[str]], line: list[str]) -> None:
    """Say in every header cell of a merged area what its first cell says."""
    if span.left >= len(line) or not line[span.left]:
        return
    for other in lines[span.top - top : span.bottom - top + 1]:
        for column in range(span.left, min(span.right + 1, len(other))):
            other[column] = line[span.left]


def _joined(texts: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(text for text in texts if text)).rstrip(":： ")


def _labelled(header: list[str], row: list[str]) -> Iterator[str]:
    for column, text in enumerate(row):
        if text:
            label = header[column] if column < len(header) else ""
            yield f"{label}: {text}" if label else text
