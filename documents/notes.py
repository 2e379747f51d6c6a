"""What people read about a document that is searchable, but not all of it.

Extraction leaves notes as "code:value"; the words are put to them when they are shown.
"""

import json
from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from documents import failures

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
    if code in _WORDED:
        return _WORDED[code](value)
    template: str | Promise | None = _TEMPLATES.get(code)
    return note if template is None else str(template) % {"value": value}


def _unpacked(value: str) -> str:
    count = int(value)
    return ngettext(
        "%(count)s file in it was taken as a document of its own.",
        "%(count)s files in it were taken as documents of their own.",
        count,
    ) % {"count": count}


def _known(value: str) -> str:
    record = json.loads(value)
    return gettext("%(count)s of %(total)s files are already in the collection: %(files)s.") % {
        "count": record["count"],
        "total": record["total"],
        "files": _listed([f"{name} (“{title}”)" for name, title in record["files"]], record["count"]),
    }


def _refused(value: str) -> str:
    record = json.loads(value)
    names = [f"{name} ({failures.explain(code).title})" for name, code in record["files"]]
    return gettext("%(count)s of %(total)s files were not taken: %(files)s.") % {
        "count": record["count"],
        "total": record["total"],
        "files": _listed(names, record["count"]),
    }


def _listed(names: list[str], count: int) -> str:
    return ", ".join(names) + (" …" if count > len(names) else "")


_WORDED: dict[str, Callable[[str], str]] = {
    "unpacked": _unpacked,
    "members-known": _known,
    "members-refused": _refused,
}
