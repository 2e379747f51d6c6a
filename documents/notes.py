"""What people read about a document that is searchable, but not all of it.

Extraction leaves notes as "code:value"; the words are put to them when they are shown.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_TEMPLATES = {
    "page-limit": _("Only the first %(value)s pages were read. Split the document to search the rest."),
    "text-limit": _("Only the first %(value)s characters were read. Split the document to search the rest."),
    "row-limit": _("Only this many rows of a sheet were read: %(value)s. Split the table to search the rest."),
    "hidden-sheets": _("Hidden sheets were left out: %(value)s. Show them and upload the file again to search them."),
    "hidden-slides": _("Hidden slides were left out: %(value)s. Show them and upload the file again to search them."),
    "scanned-pages": _(
        "These pages are pictures without text and cannot be found: %(value)s. An administrator can install text"
        " recognition (tesseract-ocr with Korean and English data); then delete the document and upload it again."
    ),
    "wordless-pages": _("These pages are pictures on which no text could be recognised: %(value)s."),
    "recognised-pages": _("The text of these pages was recognised from pictures and may hold mistakes: %(value)s."),
    "ocr-limit": _(
        "Only the first %(value)s pages without text were recognised. Split the document to search the rest."
    ),
    "broken-pages": _("The text of these pages is not readable, because their fonts are broken: %(value)s."),
    "unread-pages": _("These pages are damaged and could not be read: %(value)s."),
}


def explain(note: str) -> str:
    """One sentence for people; a note that nobody knows is shown as it is."""
    code, _colon, value = note.partition(":")
    template: str | Promise | None = _TEMPLATES.get(code)
    return note if template is None else str(template) % {"value": value}
