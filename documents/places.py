"""What the pages of a document are called, those of a presentation slides and those of a workbook sheets; and the
address of a passage."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.extraction.media_types import CSV, ODS, PPTX, TSV, XLS, XLSB, XLSX
from documents.pages import HEADING_SEPARATOR

_SHEETS = frozenset((XLSX, XLS, XLSB, ODS))


@dataclass(frozen=True, slots=True)
class Unit:
    """The words for one kind of page."""

    one: Promise
    many: Promise
    all_of_them: Promise
    previous: Promise
    following: Promise
    empty: Promise


_PAGE = Unit(
    gettext_lazy("Page"),
    gettext_lazy("Pages"),
    gettext_lazy("Pages of the document"),
    gettext_lazy("Previous page"),
    gettext_lazy("Next page"),
    gettext_lazy("This page holds no text."),
)
_SLIDE = Unit(
    gettext_lazy("Slide"),
    gettext_lazy("Slides"),
    gettext_lazy("Slides of the document"),
    gettext_lazy("Previous slide"),
    gettext_lazy("Next slide"),
    gettext_lazy("This slide holds no text."),
)
_SHEET = Unit(
    gettext_lazy("Sheet"),
    gettext_lazy("Sheets"),
    gettext_lazy("Sheets of the document"),
    gettext_lazy("Previous sheet"),
    gettext_lazy("Next sheet"),
    gettext_lazy("This sheet holds no text."),
)


def unit_of(media_type: str) -> Unit:
    if media_type == PPTX:
        return _SLIDE
    return _SHEET if is_workbook(media_type) else _PAGE


def are_apart(media_type: str) -> bool:
    """Slides and sheets are read one by one, where pages go on."""
    return media_type == PPTX or is_workbook(media_type)


def has_labelled_rows(media_type: str) -> bool:
    """Whether every row of a table names the column of each cell."""
    return is_workbook(media_type) or media_type in (CSV, TSV)


def is_workbook(media_type: str) -> bool:
    return media_type in _SHEETS


def label(media_type: str, number: int, heading: str = "") -> str:
    """Where a passage stands, as part of a line; a sheet is known by its name, with which its headings begin."""
    if is_workbook(media_type) and heading:
        return _("sheet “%(name)s”") % {"name": heading.partition(HEADING_SEPARATOR)[0]}
    if is_workbook(media_type):
        return _("sheet %(number)s") % {"number": number}
    if media_type == PPTX:
        return _("slide %(number)s") % {"number": number}
    return _("page %(number)s") % {"number": number}


def path(media_type: str, heading: str) -> str:
    """The headings above a passage, without what its label says already."""
    return heading.partition(HEADING_SEPARATOR)[2] if is_workbook(media_type) else heading


def passage_url(document_id: int, start: int, end: int, answer_id: int | None = None) -> str:
    """The page of the document with this part of its text marked, as cited by the answer, if there is one."""
    asked = {"start": start, "end": end, **({} if answer_id is None else {"answer": answer_id})}
    return f"{reverse('documents:document_detail', args=[document_id])}?{urlencode(asked)}#passage"
