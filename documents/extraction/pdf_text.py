"""The text of a PDF page and the way back to the characters of pdfium. Both come from one function, so that
what was cited can be found again on the drawn page.
"""

import math
import re
from collections.abc import Iterator
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from documents.extraction.cleaning import Cleaned, clean_with_origins
from documents.extraction.lines import HYPHEN, LIST_MARKER, Line, mend

# More characters than this on one page is an attack; pdfium itself would run out of memory soon after.
MAX_PAGE_CHARACTERS = 500_000
# What pdfium puts where a line ends in a hyphen, besides HYPHEN.
_NON_CHARACTER = "\ufffe"
_DRAWN_LINE = re.compile(f"[^\r\n{HYPHEN}]+")
_DRAWN_WORD = re.compile(r"\S+")
# Wider than any space in justified text, in units of the font size.
_CELL_GAP = 1.5
# Hardly any text is narrower than this for each of its characters; looked at in steps of some words.
_NARROW = 0.45
_STRIDE = 3


def page_text(text_page: pypdfium2.PdfTextPage) -> Cleaned:
    """The text of a page as extraction stores it, with the index that each character has in pdfium."""
    return clean_with_origins(mended_text(text_page))


def mended_text(text_page: pypdfium2.PdfTextPage) -> str:
    """Exactly one character for each that pdfium counts, with line ends only where lines really end."""
    raw = _raw_text(text_page)
    return mend(raw, list(_Ruler(text_page, raw).lines()))


def _raw_text(text_page: pypdfium2.PdfTextPage) -> str:
    """One character for each that pdfium counts, in its reading order."""
    count = min(text_page.count_chars(), MAX_PAGE_CHARACTERS)
    text = text_page.get_text_range(0, count) if count > 0 else ""
    if len(text) != count:  # pdfium left some out; ask for each
        text = "".join(_character(pdfium.FPDFText_GetUnicode(text_page, index)) for index in range(count))
    return text.replace(_NON_CHARACTER, HYPHEN)


def _character(code: int) -> str:
    return chr(code) if 0 < code <= 0x10FFFF else "\ufffd"


class _Ruler:
    """Measures the drawn lines of one page, along their own writing direction."""

    def __init__(self, text_page: pypdfium2.PdfTextPage, raw: str) -> None:
        self._page = text_page.raw
        self._raw = raw
        # pdfium writes into these; making new ones for each character would take most of the time.
        self._box = pdfium.FS_RECTF()
        self._matrix = pdfium.FS_MATRIX()

    def lines(self) -> Iterator[Line]:
        for match in _DRAWN_LINE.finditer(self._raw):
            line = self._line(*match.span())
            if line is not None:
                yield line

    def _line(self, start: int, end: int) -> Line | None:
        """None if nothing is seen of it."""
        words = [match.span() for match in _DRAWN_WORD.finditer(self._raw, start, end)]
        if not words:
            return None
        # The first and the last character are often bullets and footnote marks.
        middle = words[len(words) // 2][0]
        matrix = self._matrix
        pdfium.FPDFText_GetMatrix(self._page, middle, matrix)
        size = pdfium.FPDFText_GetFontSize(self._page, middle) * math.hypot(matrix.c, matrix.d)
        if not 0 < size < math.inf:
            return None
        angle = math.atan2(matrix.b, matrix.a)
        baseline = matrix.f * math.cos(angle) - matrix.e * math.sin(angle)
        left = self._extent(words[0][0], angle)[0]
        cell = self._last_cell(words, size, angle)
        return Line(
            start=start,
            end=end,
            left=left,
            right=self._extent(words[-1][1] - 1, angle)[1],
            baseline=baseline,
            size=size,
            first_word=self._extent(words[0][1] - 1, angle)[1] - left,
            cell=left if cell is None else cell,
            turn=round(math.degrees(angle)),
        )

    def _last_cell(self, words: list[tuple[int, int]], size: float, angle: float) -> float | None:
        """Where the last word begins that stands behind a wide gap; a gap behind a list marker is none."""
        first = 1 if LIST_MARKER.match(self._raw, words[0][0], words[-1][1]) else 0
        last = len(words) - 1
        end = self._extent(words[last][0], angle)[0]
        while last > first:
            # Asking for the place of each word would take as long as reading the page.
            start = max(first, last - _STRIDE)
            begin = self._extent(words[start][0], angle)[0]
            narrowest = _NARROW * (words[last][0] - words[start][0])
            if end - begin > (narrowest + _CELL_GAP) * size:
                cell = self._last_gap(words[start : last + 1], size, angle)
                if cell is not None:
                    return cell
            last, end = start, begin
        return None

    def _last_gap(self, words: list[tuple[int, int]], size: float, angle: float) -> float | None:
        for (_, end), (start, _) in reversed(list(pairwise(words))):
            place = self._extent(start, angle)[0]
            if place - self._extent(end - 1, angle)[1] > _CELL_GAP * size:
                return place
        return None

    def _extent(self, index: int, angle: float) -> tuple[float, float]:
        """Where a character begins and ends."""
        box = self._box
        pdfium.FPDFText_GetLooseCharBox(self._page, index, box)
        if not angle:
            return box.left, box.right
        along, across = math.cos(angle), math.sin(angle)
        corners = [x * along + y * across for x in (box.left, box.right) for y in (box.bottom, box.top)]
        return min(corners), max(corners)
