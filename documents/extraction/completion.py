"""What happens to pages after the child has read them: text recognition, notes about flaws, running heads and feet.

All of it looks at the document as a whole, and only here a document is refused because nothing in it can be read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from documents.extraction import ExtractedPage, Extraction, ocr, type_Progress
from documents.extraction.margins import with_margins
from documents.extraction.media_types import PDF, PPTX
from documents.extraction.quality import page_ranges
from documents.failure_codes import FailureCode, IndexingFailure

# Formats whose pages are drawn, with heads and feet; the first rows of sheets repeat for another reason.
_DRAWN = frozenset((PDF, PPTX))
_FLAW_NOTES = {"scan": "scanned-pages", "broken": "broken-pages", "damaged": "unread-pages"}
# What a picture without any text is called once text recognition has looked at it.
_WORDLESS_NOTE = "wordless-pages"
_OCR_NOTE = "recognised-pages"


def completed(
    extraction: Extraction, path: Path, media_type: str, languages: str, on_page: type_Progress
) -> Extraction:
    """The extraction as it is stored; raises IndexingFailure if there is nothing to search in it."""
    if media_type == PDF:
        extraction = _read_by_all_means(extraction, path, languages, on_page)
    if media_type in _DRAWN:
        extraction = replace(extraction, pages=with_margins(extraction.pages))
    return extraction


def _read_by_all_means(extraction: Extraction, path: Path, languages: str, on_page: type_Progress) -> Extraction:
    pages, notes = extraction.pages, extraction.notes
    if languages:
        wanted = [page for page in pages if page.flaw in ocr.CURABLE]
        pages = ocr.recognised(pages, path, languages, on_page)
        if len(wanted) > ocr.MAX_PAGES:
            notes = (*notes, f"ocr-limit:{ocr.MAX_PAGES}")
    _refuse_unreadable(pages, languages)
    return replace(extraction, pages=pages, notes=(*notes, *_notes(pages, languages)))


def _refuse_unreadable(pages: Sequence[ExtractedPage], languages: str) -> None:
    """Raise the failure of a document of which nothing, or next to nothing, can be read."""
    if any(page.text.strip() and not page.flaw for page in pages):
        return
    flaws = {page.flaw for page in pages}
    if "scan" in flaws and not languages:
        raise IndexingFailure(FailureCode.SCANNED, "pages are pictures without text")
    if "broken" in flaws:
        raise IndexingFailure(FailureCode.BROKEN_FONTS, "characters without meaning")
    raise IndexingFailure(FailureCode.NO_TEXT, "no visible character")


def _notes(pages: Sequence[ExtractedPage], languages: str) -> Iterator[str]:
    """What a reader of the library should know about pages that are missing, poor or guessed."""
    names = _FLAW_NOTES | ({"scan": _WORDLESS_NOTE} if languages else {})
    for flaw, note in names.items():
        yield from _note(note, [page.number for page in pages if page.flaw == flaw])
    yield from _note(_OCR_NOTE, [page.number for page in pages if page.method == "ocr" and not page.flaw])


def _note(code: str, numbers: Sequence[int]) -> Iterator[str]:
    if numbers:
        yield f"{code}:{page_ranges(numbers)}"
