"""The kinds of files in the library, as people name them, and which of them a browser may show itself."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML = "text/html"
MARKDOWN = "text/markdown"
TEXT = "text/plain"
PNG = "image/png"


@dataclass(frozen=True, slots=True)
class Kind:
    label: "str | Promise"
    media_types: tuple[str, ...]


KINDS = {
    "pdf": Kind("PDF", (PDF,)),
    "word": Kind("Word", (WORD,)),
    "html": Kind("HTML", (HTML,)),
    "markdown": Kind("Markdown", (MARKDOWN,)),
    "text": Kind(_("Text"), (TEXT,)),
}
# Everything else is only offered as a download: HTML of strangers must not run on our address.
SHOWN_IN_BROWSER = frozenset({PDF, TEXT, PNG})
# What the file dialogue offers; what is in the file decides.
UPLOAD_SUFFIXES = (".pdf", ".docx", ".html", ".htm", ".md", ".markdown", ".txt")


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
