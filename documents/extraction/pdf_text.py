"""The text of a PDF page and the way back to the characters of pdfium. Both come from one function, so that
what was cited can be found again on the drawn page.
"""

import math
import re
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from documents.extraction.cleaning import Cleaned, clean_with_origins
from documents.extraction.lines import HYPHEN, LIST_MARKER, Line, mend

# More characters than this on one page is an attack; pdfium itself would run out of memory soon after.
MAX_PAGE_CHARACTERS = 500_000
# What pdfium puts where a line ends in a hyphen, besides HYPHEN.
_NON_CHARACTER = "\ufffe"
_DRAWN_LINE = re.compile(f"[^\r\n{HYPHEN}]*[^\\s{HYPHEN}][^\r\n{HYPHEN}]*")
_DRAWN_WORD = re.compile(r"\S+")
# Wider than any space in justified text, in units of the font size.
_CELL_GAP = 1.5
# Hardly a word is narrower than this for each of its characters.
_NARROW = 0.45


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
        """None if it has no size."""
        words = [match.span() for match in _DRAWN_WORD.finditer(self._raw, start, end)]
        # The first and the last character are often bullets and footnote marks.
        middle = words[len(words) // 2][0]
        matrix = self._matrix
        pdfium.FPDFText_GetMatrix(self._page, middle, matrix)
        size = pdfium.FPDFText_GetFontSize(self._page, middle) * math.hypot(matrix.c, matrix.d)
        if not 0 < size < math.inf:
            return None
        angle = math.atan2(matrix.b, matrix.a)
        places = [self._extent(first, angle)[0] for first, _ in words]
        return Line(
            start=start,
            end=end,
            left=places[0],
            right=self._extent(words[-1][1] - 1, angle)[1],
            baseline=matrix.f * math.cos(angle) - matrix.e * math.sin(angle),
            size=size,
            first_word=self._extent(words[0][1] - 1, angle)[1] - places[0],
            cell=self._last_cell(words, places, size, angle),
            turn=round(math.degrees(angle)),
        )

    def _last_cell(self, words: list[tuple[int, int]], places: list[float], size: float, angle: float) -> float:
        """Where the last word begins that stands behind a wide gap; the one behind a list marker is none."""
        marker = LIST_MARKER.match(self._raw, words[0][0], words[-1][1])
        for index in range(len(words) - 1, 1 if marker else 0, -1):
            start, end = words[index - 1]
            pitch = places[index] - places[index - 1]
            if pitch < (_CELL_GAP + _NARROW * (end - start)) * size:
                continue  # saves asking for the end of nearly every word
            if places[index] - self._extent(end - 1, angle)[1] > _CELL_GAP * size:
                return places[index]
        return places[0]

    def _extent(self, index: int, angle: float) -> tuple[float, float]:
        """Where a character begins and ends."""
        box = self._box
        pdfium.FPDFText_GetLooseCharBox(self._page, index, box)
        if not angle:
            return box.left, box.right
        along, across = math.cos(angle), math.sin(angle)
        corners = [x * along + y * across for x in (box.left, box.right) for y in (box.bottom, box.top)]
        return min(corners), max(corners)
