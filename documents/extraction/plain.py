"""Plain text: one unpaged page, decoded and cleaned."""

from pathlib import Path

from documents.extraction import ExtractedPage, Extraction
from documents.extraction.cleaning import clean
from documents.extraction.composition import MAX_CHARACTERS, TEXT_LIMIT_NOTE
from documents.extraction.encoding import decode
from documents.extraction.quality import readable_quality


def read_plain(path: Path) -> Extraction:
    text = clean(decode(path.read_bytes()))
    kept = text[:MAX_CHARACTERS]
    notes = (TEXT_LIMIT_NOTE,) if len(text) > len(kept) else ()
    return Extraction(
        pages=(ExtractedPage(number=1, text=kept, quality=readable_quality(kept)),), notes=notes
    )
