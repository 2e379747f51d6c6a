"""The kinds of files in the library, as people name them, and which of them a browser may show itself."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents.extraction.media_types import (
    CSV,
    DOCX,
    EML,
    EXTENSIONS,
    HTML,
    HWP,
    HWPX,
    MARKDOWN,
    ODS,
    ODT,
    PDF,
    PPTX,
    RTF,
    TEXT,
    TSV,
    XLS,
    XLSB,
    XLSX,
    ZIP,
)


@dataclass(frozen=True, slots=True)
class Kind:
    label: "str | Promise"
    media_types: tuple[str, ...]


KINDS = {
    "pdf": Kind("PDF", (PDF,)),
    "word": Kind("Word", (DOCX,)),
    "powerpoint": Kind("PowerPoint", (PPTX,)),
    "spreadsheet": Kind(_("Spreadsheet"), (XLSX, XLS, XLSB, ODS)),
    "csv": Kind(_("Table (CSV)"), (CSV, TSV)),
    "hangul": Kind(_("Hangul (HWP)"), (HWPX, HWP)),
    "opendocument": Kind("OpenDocument", (ODT,)),
    "rtf": Kind("RTF", (RTF,)),
    "mail": Kind(_("Email"), (EML,)),
    "zip": Kind("ZIP", (ZIP,)),
    "html": Kind("HTML", (HTML,)),
    "markdown": Kind("Markdown", (MARKDOWN,)),
    "text": Kind(_("Text"), (TEXT,)),
}
# Everything else is only offered as a download: HTML of strangers must not run on our address.
SHOWN_IN_BROWSER = frozenset({PDF, TEXT})
# What the file dialogue offers; what is in the file decides.
UPLOAD_SUFFIXES = tuple(f".{name}" for name in EXTENSIONS if name)


def kind_of(media_type: str) -> str:
    for kind in KINDS.values():
        if media_type in kind.media_types:
            return str(kind.label)
    return media_type


def content_type(media_type: str) -> str:
    """The type a stored file is delivered under: one of ours, or nothing that a browser would interpret."""
    known = {name for kind in KINDS.values() for name in kind.media_types}
    if media_type not in known:
        return "application/octet-stream"
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
