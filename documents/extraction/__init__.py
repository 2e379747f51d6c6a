"""From an uploaded file to pages of clean text. `extract` is the one door; a limited child does the parsing.

Offsets of headings refer to the text of their page. Nothing below this package imports Django.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from documents.extraction import sandbox

# Told how many of how many pages text recognition has read.
type_Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title of a part of the document; `start` is its offset in the page's text."""

    start: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """One page, or the whole of an unpaged file. `method` is "text" or "ocr", `quality` goes from 0 to 1.

    `margins` are ranges of the text that repeat on most pages; `confidence` (0 to 1) is that of text recognition.
    `flaw` says why a page's text is missing: "scan", "broken" (fonts without letters) or "damaged".
    """

    number: int
    text: str
    headings: tuple[Heading, ...] = ()
    method: str = "text"
    quality: float = 1.0
    confidence: float | None = None
    margins: tuple[tuple[int, int], ...] = ()
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one file says. `notes` are codes with a value; documents.notes has their words."""

    pages: tuple[ExtractedPage, ...]
    title: str = ""
    page_based: bool = False
    notes: tuple[str, ...] = ()


def extract(path: Path, media_type: str, on_page: type_Progress = lambda done, total: None) -> Extraction:
    """Read a file whose type documents.extraction.detection has found; raises IndexingFailure.

    Pages without a text layer go through text recognition, which calls `on_page` after each of them.
    """
    from documents.extraction import completion, ocr, wire  # they need the classes above

    extraction = wire.decode(sandbox.run(["pages", media_type, str(path)]))
    is_flawed = any(page.flaw in ocr.CURABLE for page in extraction.pages)
    languages = ocr.installed_languages() if is_flawed else ""
    return completion.completed(extraction, path, media_type, languages, on_page)
