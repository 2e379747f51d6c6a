"""Plain text: one unpaged page, decoded and cleaned."""

from pathlib import Path

from documents.extraction import ExtractedPage, Extraction
from documents.extraction.cleaning import clean
from documents.extraction.composition import MAX_CHARACTERS, TEXT_LIMIT_NOTE
from documents.extraction.encoding import decode
from documents.extraction.quality import readable_quality
from documents.extraction.titles import sensible_title

# A longer first line, or one that ends like a sentence, belongs to the text.
_MAX_TITLE = 60
_SENTENCE_ENDS = (".", ",", ";", ":", "?", "!", "…")


def read_plain(path: Path) -> Extraction:
    text = clean(decode(path.read_bytes()))
    kept = text[:MAX_CHARACTERS]
    page = ExtractedPage(number=1, text=kept, quality=readable_quality(kept))
    notes = (TEXT_LIMIT_NOTE,) if len(text) > len(kept) else ()
    return Extraction((page,), title=_first_line_title(kept), notes=notes)


def _first_line_title(text: str) -> str:
    """The first line, if it stands above the text like a title does."""
    first, _, rest = text.lstrip().partition("\n")
    first = first.strip()
    if not rest.strip() or len(first) > _MAX_TITLE or first.endswith(_SENTENCE_ENDS):
        return ""
    return sensible_title(first)
