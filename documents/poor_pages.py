"""Pages whose text is missing, unreadable or guessed, over all collections that somebody looks after."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Page as PageOfRows
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from documents.extraction.quality import numbers_in
from documents.models import Document, Page
from documents.models.document import IS_POOR

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

ROWS = 50
_DAMAGED_NOTE = "unread-pages:"


@dataclass(frozen=True, slots=True)
class PoorPage:
    """One page with its document's title and why it is in the list."""

    page: Page
    reason: str

    @property
    def url(self) -> str:
        return f"{self.page.document.get_absolute_url()}?page={self.page.number}"


@dataclass(frozen=True, slots=True)
class PoorPages:
    rows: list[PoorPage]
    page: "PageOfRows[Page]"


def poor_pages(reader: "type_Reader", collection_id: int | None, page: int) -> PoorPages:
    """One screen of poor pages of those documents that this person may change, newest documents first."""
    documents = Document.objects.writable_by(reader).current()
    if collection_id is not None:
        documents = documents.filter(collection_id=collection_id)
    found = Paginator(_poor(documents), ROWS).get_page(page)
    return PoorPages([PoorPage(row, _reason(row)) for row in found], found)


def _poor(documents: QuerySet[Document]) -> QuerySet[Page]:
    pages = Page.objects.filter(IS_POOR, document__in=documents).select_related("document__collection")
    return pages.order_by(F("document__created_at").desc(), "-document_id", "number")


def _reason(page: Page) -> str:
    if page.percent_sure is not None:
        return _("Text recognition was only %(percent)s %% sure.") % {"percent": page.percent_sure}
    damaged = (note for note in page.document.notes if note.startswith(_DAMAGED_NOTE))
    if any(page.number in numbers_in(note.removeprefix(_DAMAGED_NOTE)) for note in damaged):
        return _("The page is damaged and could not be read.")
    if page.text.strip():
        return _("Its text is not readable, because the fonts are broken or it is a picture with a few letters.")
    return _("It is a picture without text.")
