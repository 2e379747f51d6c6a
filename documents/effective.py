"""The days on which a document holds, as the server's calendar has them, and the words for them."""

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from documents.models import Document


def today() -> date:
    """The day in the server's time zone, whatever zone a reader is in."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def period(begins: date | None, ends: date | None) -> str:
    """Both days in words, as part of a sentence; nothing for a document without a limit."""
    days = {"begins": begins and date_format(begins), "ends": ends and date_format(ends)}
    if begins and ends:
        return _("in effect from %(begins)s until %(ends)s") % days
    if begins:
        return _("in effect from %(begins)s") % days
    return _("in effect until %(ends)s") % days if ends else ""


def tag(document: Document, day: date) -> str:
    """Why answers leave the document out on this day, in two words; nothing if they do not."""
    if document.effective_until and document.effective_until < day:
        return _("expired")
    if document.effective_from and document.effective_from > day:
        return _("from %(begins)s") % {"begins": date_format(document.effective_from)}
    return ""


def outdated_because(document: Document, day: date) -> str:
    """Why what once was quoted from the document does not hold on this day; nothing if it does."""
    if document.is_superseded:
        return _replaced(document)
    if document.effective_until and document.effective_until < day:
        return _("no longer in effect since %(ends)s") % {"ends": date_format(document.effective_until)}
    if document.effective_from and document.effective_from > day:
        return _("not in effect before %(begins)s") % {"begins": date_format(document.effective_from)}
    return ""


def _replaced(document: Document) -> str:
    day = date_format(timezone.localtime(document.superseded_at)) if document.superseded_at else ""
    if document.superseded_by is None:
        return _("replaced on %(day)s") % {"day": day}
    return _("replaced by “%(title)s” on %(day)s") % {"title": document.superseded_by.title, "day": day}
