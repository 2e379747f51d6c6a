"""What one reader may see now of the documents behind stored answers. Access is asked again each time.

A citation outlives its document: it is then shown as no longer available, with its quote only for somebody
who can still read the collection.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from chat.models import Answer
from documents import effective, places
from documents.models import Collection, Document, Page

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# Wide enough to be read when it is enlarged.
PICTURE_WIDTH = 1400


class Standing(StrEnum):
    OPEN = "open"
    # The document was deleted; its collection may still be read.
    GONE = "gone"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Place:
    """A passage in a document, and the addresses that show it; none of them when it cannot be opened."""

    title: str
    where: str
    standing: Standing
    document_url: str = ""
    picture_url: str = ""
    highlight_url: str = ""
    passage_url: str = ""
    # The file itself, at the page if browsers can turn to it.
    original_url: str = ""
    # The days on which the document holds, in words.
    period: str = ""
    # Why what it says does not hold today, in words.
    outdated: str = ""


class Access:
    """What one reader may see of the documents behind some answers, asked for once."""

    def __init__(self, reader: "type_Reader", answers: Sequence[Answer]) -> None:
        ids = {passage["document"] for answer in answers for passage in answer.passages}
        self.reader = reader
        self._existing = set(Document.objects.filter(pk__in=ids).values_list("pk", flat=True))
        self._open = Document.objects.visible_to(reader).select_related("superseded_by").defer("sketch").in_bulk(ids)
        numbers = {passage["page"] for answer in answers for passage in answer.passages}
        recognised = Page.objects.filter(document_id__in=self._open, number__in=numbers, method=Page.Method.OCR)
        self._sure = {(page.document_id, page.number): page.percent_sure for page in recognised.defer("text")}
        self._sheets = _sheet_names(self._open.values(), answers)
        self._shelves = set(Collection.objects.visible_to(reader).values_list("pk", flat=True))

    def document(self, pk: int | None) -> Document | None:
        return self._open.get(pk or 0)

    def percent_sure(self, document_id: int, page: int) -> int | None:
        return self._sure.get((document_id, page))

    def standing(self, document_id: int | None, collection_id: int | None) -> Standing:
        if document_id in self._open:
            return Standing.OPEN
        if document_id in self._existing or collection_id not in self._shelves:
            return Standing.HIDDEN
        return Standing.GONE

    def rests_on_hidden(self, answer: Answer) -> bool:
        """Whether the answer was written from something that this reader may not see."""
        standings = (self.standing(passage["document"], passage["collection"]) for passage in answer.passages)
        return Standing.HIDDEN in standings

    def place(
        self, title: str, position: tuple[int, int, int], standing: Standing, document_id: int | None, answer_id: int
    ) -> Place:
        """`position` is the page, and from where to where in the document's text; one comes from the answer."""
        if standing is Standing.HIDDEN:
            return Place(_("A source that you may no longer read"), "", standing)
        document = self.document(document_id)
        if document is None:
            return Place(title, _("no longer available"), standing)
        return replace(
            _opened(title, self._where(document, position[0]), position, document, answer_id),
            period=effective.period(document.effective_from, document.effective_until),
            outdated=effective.outdated_because(document, effective.today()),
        )

    def _where(self, document: Document, page: int) -> str:
        """The page, slide or sheet, as part of a line."""
        if not document.page_based:
            return _("text")
        return places.label(document.media_type, page, self._sheets.get((document.pk, page), ""))


def rest_on_closed(passages: Sequence[Mapping[str, Any]], reader: "type_Reader") -> bool:
    """Whether any of these passages lies in a collection that this reader may not read."""
    collections = {passage["collection"] for passage in passages}
    return Collection.objects.visible_to(reader).filter(pk__in=collections).count() < len(collections)


def _opened(title: str, where: str, position: tuple[int, int, int], document: Document, answer_id: int) -> Place:
    page, start, end = position
    marked = urlencode({"start": start, "end": end, "answer": answer_id})
    address = places.passage_url(document.pk, start, end, answer_id)
    file_url = reverse("documents:document_file", args=[document.pk])
    if not document.is_pdf:
        passage_url = f"{reverse('documents:passage', args=[document.pk])}?{marked}"
        return Place(title, where, Standing.OPEN, address, passage_url=passage_url, original_url=file_url)
    picture_url = f"{reverse('documents:page_picture', args=[document.pk, page])}?width={PICTURE_WIDTH}"
    highlight_url = f"{reverse('documents:page_highlight', args=[document.pk])}?{marked}"
    original_url = f"{file_url}#page={page}"
    return Place(title, where, Standing.OPEN, address, picture_url, highlight_url, original_url=original_url)


def _sheet_names(documents: Iterable[Document], answers: Sequence[Answer]) -> dict[tuple[int, int], str]:
    """The names of the sheets behind answers, which stand first on them, by document and page."""
    workbooks = [document.pk for document in documents if places.is_workbook(document.media_type)]
    if not workbooks:
        return {}
    pages = {passage["page"] for answer in answers for passage in answer.passages}
    pages |= {citation.page for answer in answers for citation in answer.citations.all()}
    rows = Page.objects.filter(document__in=workbooks, number__in=pages).values_list("document", "number", "headings")
    return {(key, number): headings[0]["text"] for key, number, headings in rows if headings}
