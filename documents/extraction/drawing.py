"""Pictures of PDF pages, and where a stretch of a page's text lies on them; for the limited child only."""

import ctypes
import math
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from documents.extraction.pdf import open_pdf
from documents.extraction.pdf_text import page_text
from documents.extraction.png import encode_png
from documents.failure_codes import FailureCode, IndexingFailure

# Left, top, right, bottom as fractions of the page.
type_Edges = tuple[float, float, float, float]

# A picture never has more pixels than this, whatever shape the page claims to have.
_MAX_PIXELS = 12_000_000
# 300 dots per inch; pages are measured in points.
_RECOGNITION_SCALE = 300 / 72
# pdfium places points on a grid of whole numbers; this one is fine enough for fractions of a page.
_GRID = 1_000_000
# Two characters stand on one line when their boxes share at least this part of the lower one's height.
_MIN_SHARED_HEIGHT = 0.5


def draw_page(path: Path, number: int, width: int) -> bytes:
    """The page as PNG, `width` pixels wide unless that would be too large."""
    with _opened(path, number) as page:
        return _drawn(page, width / _size(page)[0])


def draw_for_recognition(path: Path, number: int) -> bytes:
    """The page as PNG in the resolution that text recognition was made for, unless that would be too large."""
    with _opened(path, number) as page:
        return _drawn(page, _RECOGNITION_SCALE)


def _drawn(page: pypdfium2.PdfPage, scale: float) -> bytes:
    size = _size(page)
    scale = min(scale, math.sqrt(_MAX_PIXELS / size[0] / size[1]), _MAX_PIXELS / max(size))
    with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
        return encode_png(_rows(bitmap), bitmap.width)


def _size(page: pypdfium2.PdfPage) -> tuple[float, float]:
    width, height = page.get_size()
    if not all(math.isfinite(length) and length > 0 for length in (width, height)):
        raise IndexingFailure(FailureCode.DAMAGED, f"page size {width} x {height}")
    return width, height


def line_boxes(path: Path, number: int, start: int, end: int) -> list[type_Edges]:
    """One box for each line that text[start:end] of the page touches."""
    with _opened(path, number) as page, closing(page.get_textpage()) as text_page:
        cleaned = page_text(text_page)
        wanted = cleaned.origins[max(0, start) : max(0, end)]
        visible = [index for index in wanted if not _is_blank(text_page, index)]
        return list(_merged_lines(_edges(page, text_page.get_charbox(index, loose=True)) for index in visible))


@contextmanager
def _opened(path: Path, number: int) -> Iterator[pypdfium2.PdfPage]:
    with closing(open_pdf(path)) as document:
        if not 1 <= number <= len(document):
            raise IndexingFailure(FailureCode.DAMAGED, f"no page {number}")
        try:
            page = document[number - 1]
        except pypdfium2.PdfiumError as error:
            raise IndexingFailure(FailureCode.DAMAGED, f"page {number}: {error}") from error
        with closing(page):
            yield page


def _rows(bitmap: pypdfium2.PdfBitmap) -> list[bytes]:
    """The pixels row by row, without what pdfium puts at the end of a row to align the next."""
    pixels = memoryview(bitmap.buffer).cast("B")
    starts = range(0, bitmap.height * bitmap.stride, bitmap.stride)
    return [bytes(pixels[start : start + bitmap.width * 3]) for start in starts]


def _is_blank(text_page: pypdfium2.PdfTextPage, index: int) -> bool:
    """Spaces and line ends, most of which pdfium made up and has no place for."""
    code = pdfium.FPDFText_GetUnicode(text_page, index)
    return bool(code <= 0x20 or pdfium.FPDFText_IsGenerated(text_page, index) == 1)


def _edges(page: pypdfium2.PdfPage, box: tuple[float, float, float, float]) -> type_Edges:
    """Page coordinates to fractions, through pdfium so that rotation and cropping are as drawn."""
    left, bottom, right, top = box
    corners = [_point(page, x, y) for x in (left, right) for y in (bottom, top)]
    across, down = zip(*corners, strict=True)
    return min(across), min(down), max(across), max(down)


def _point(page: pypdfium2.PdfPage, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, _GRID, _GRID, 0, x, y, across, down)
    return _fraction(across.value), _fraction(down.value)


def _fraction(position: int) -> float:
    return min(1.0, max(0.0, position / _GRID))


def _merged_lines(boxes: Iterable[type_Edges]) -> Iterator[type_Edges]:
    """Neighbouring characters of one line become one box."""
    line: type_Edges | None = None
    for box in boxes:
        if line is not None and _is_same_line(line, box):
            line = min(line[0], box[0]), min(line[1], box[1]), max(line[2], box[2]), max(line[3], box[3])
        else:
            if line is not None:
                yield line
            line = box
    if line is not None:
        yield line


def _is_same_line(line: type_Edges, box: type_Edges) -> bool:
    shared = min(line[3], box[3]) - max(line[1], box[1])
    return shared > 0 and shared >= _MIN_SHARED_HEIGHT * min(line[3] - line[1], box[3] - box[1])
