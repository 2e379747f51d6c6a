"""What people read about a document that is searchable, but not all of it.

Extraction leaves notes as "code:value"; the words are put to them when they are shown.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_TEMPLATES = {
    "page-limit": _("Only the first %(value)s pages were read. Split the document to search the rest."),
    "text-limit": _("Only the first %(value)s characters were read. Split the document to search the rest."),
    "scanned-pages": _("These pages are pictures without text and cannot be found: %(value)s. Text recognition helps."),
    "broken-pages": _("The text of these pages is not readable, because their fonts are broken: %(value)s."),
    "unread-pages": _("These pages are damaged and could not be read: %(value)s."),
}


def explain(note: str) -> str:
    """One sentence for people; a note that nobody knows is shown as it is."""
    code, _colon, value = note.partition(":")
    template: str | Promise | None = _TEMPLATES.get(code)
    return note if template is None else str(template) % {"value": value}
