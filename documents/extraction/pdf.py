"""PDF files as pages of text: pdfium reads the pages, pypdf what the file says about itself."""

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from documents.extraction import ExtractedPage, Extraction, Heading
from documents.extraction.cleaning import clean
from documents.extraction.composition import MAX_CHARACTERS, TEXT_LIMIT_NOTE
from documents.extraction.pdf_text import MAX_PAGE_CHARACTERS, mended_text
from documents.extraction.quality import PageReading, text_quality, visible_characters
from documents.failure_codes import FailureCode, IndexingFailure

MAX_PAGES = 2_000
# Enough characters to ask whether they mean anything in their font; asking for each would double the time.
_SAMPLED_CHARACTERS = 200
# A page with less text than this is looked at for pictures.
_LITTLE_TEXT = 200
_MAX_PAGE_OBJECTS = 2_000


def open_pdf(path: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        protected = error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        code = FailureCode.ENCRYPTED if protected else FailureCode.DAMAGED
        raise IndexingFailure(code, str(error)) from error


def read_pdf(path: Path) -> Extraction:
    # Not above: it costs as much start-up as all the rest, and who draws pages has no use for it.
    from documents.extraction.pdf_properties import read_properties

    properties = read_properties(path)
    with closing(_open_unlocked(path, properties.is_locked)) as document:
        pages = tuple(_read_pages(document, properties.outline))
        notes = tuple(_notes(len(document), len(pages)))
        return Extraction(pages, title=properties.title, page_based=True, notes=notes)


def _open_unlocked(path: Path, is_locked: bool) -> pypdfium2.PdfDocument:
    """What pdfium opens is not locked; what it does not is locked if either of the two says so."""
    try:
        return open_pdf(path)
    except IndexingFailure as failure:
        if is_locked:
            raise IndexingFailure(FailureCode.ENCRYPTED, failure.detail) from failure
        raise


def _read_pages(document: pypdfium2.PdfDocument, outline: dict[int, list[tuple[int, str]]]) -> Iterator[ExtractedPage]:
    """Pages in order, until there are enough of them or enough text."""
    characters = 0
    for index in range(min(len(document), MAX_PAGES)):
        text, reading = _read_page(document, index)
        characters += len(text)
        if characters > MAX_CHARACTERS:
            return
        headings = _placed(outline.get(index, []), text)
        yield ExtractedPage(index + 1, text, headings, quality=reading.page_quality, flaw=reading.flaw)


def _read_page(document: pypdfium2.PdfDocument, index: int) -> tuple[str, PageReading]:
    """A page that cannot be loaded counts as an empty one."""
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return "", PageReading(0.0, 0, is_damaged=True)
    with closing(page), closing(page.get_textpage()) as text_page:
        text = clean(mended_text(text_page))
        characters = visible_characters(text)
        quality = text_quality(text, _unmapped_share(text_page))
        picture_share = _picture_share(page) if characters < _LITTLE_TEXT else 0.0
        return text, PageReading(quality, characters, picture_share)


def _unmapped_share(text_page: pypdfium2.PdfTextPage) -> float:
    count = min(text_page.count_chars(), MAX_PAGE_CHARACTERS)
    sample = range(0, count, max(1, count // _SAMPLED_CHARACTERS))
    unmapped = sum(pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1 for index in sample)
    return float(unmapped / max(1, len(sample)))


def _picture_share(page: pypdfium2.PdfPage) -> float:
    """How much of the page its largest picture covers."""
    area = page.get_width() * page.get_height()
    kinds = [pdfium.FPDF_PAGEOBJ_IMAGE]
    pictures = islice(page.get_objects(filter=kinds, max_depth=3), _MAX_PAGE_OBJECTS)
    largest = max((_object_area(picture) for picture in pictures), default=0.0)
    return min(1.0, largest / area) if area > 0 else 0.0


def _object_area(picture: pypdfium2.PdfObject) -> float:
    left, bottom, right, top = picture.get_bounds()
    return float(max(0.0, right - left) * max(0.0, top - bottom))


def _placed(entries: list[tuple[int, str]], text: str) -> tuple[Heading, ...]:
    """Headings where their words stand in the page's text; those not found stay with the one before."""
    searchable = text.replace("\n", " ").lower()
    headings: list[Heading] = []
    position = 0
    for level, title in entries:
        found = searchable.find(title.lower(), position)
        position = found if found >= 0 else position
        headings.append(Heading(position, level, title))
    return tuple(headings)


def _notes(page_count: int, read: int) -> Iterator[str]:
    """What a reader of the library should know about pages that were left out."""
    if page_count > MAX_PAGES:
        yield f"page-limit:{MAX_PAGES}"
    if read < min(page_count, MAX_PAGES):
        yield TEXT_LIMIT_NOTE
