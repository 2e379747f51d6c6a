"""Passages of documents, read by their place: what a search or an answer has named, with some text around it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from ninja import Field, Query, Router, Schema

from documents import audit, places
from documents.audit import Event
from documents.models import Document, Page
from documents.pages import page_at, text_between
from documents.views.requests import PersonRequest
from portal.api.bearer import needs
from portal.api.documents import place_name
from portal.api.errors import ErrorCode, error
from portal.api.reach import document_of
from portal.models import ApiToken

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

router = Router(tags=["Search"])

LONGEST = 20_000
AROUND, MOST_AROUND = 700, 5_000


class PassageOut(Schema):
    document_id: int
    title: str
    page: int
    where: str = Field(description="The page in words; empty where there are no pages.")
    start: int
    end: int
    text: str
    before: str
    after: str
    url: str = Field(description="The page of the portal that shows the passage.")


class Span(Schema):
    start: int = Field(ge=0, le=2_000_000_000, description="In the document's text, in characters.")
    end: int = Field(ge=1, le=2_000_000_000, description=f"Up to {LONGEST} characters behind the start.")
    around: int = Field(AROUND, ge=0, le=MOST_AROUND, description="How much text before and behind it, in characters.")
    answer: int | None = Field(None, ge=1, description="The answer that cites it, for the record of who read what.")


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of a document's text, and where it stands."""

    document: Document
    page: Page
    start: int
    end: int
    text: str

    @property
    def address(self) -> str:
        return places.passage_url(self.document.pk, self.start, self.end)


@router.get(
    "/documents/{document_id}/passage", response=PassageOut, summary="Read a passage", **needs(ApiToken.Scope.READ)
)
def read_passage(request: PersonRequest, document_id: int, span: Annotated[Span, Query()]) -> PassageOut:
    """Words of a document by their place. Who reads which passage is recorded."""
    passage = passage_of(document_of(request, document_id), span.start, span.end)
    tell_read(request.user, passage, "API", span.answer)
    document = passage.document
    return PassageOut(
        document_id=document.pk,
        title=document.title,
        page=passage.page.number,
        where=place_name(document, passage.page),
        start=passage.start,
        end=passage.end,
        text=passage.text,
        before=text_between(document.pk, max(passage.start - span.around, 0), passage.start),
        after=text_between(document.pk, passage.end, passage.end + span.around),
        url=request.build_absolute_uri(passage.address),
    )


def passage_of(document: Document, start: int, end: int) -> Passage:
    """Raises ApiError where there is no such text."""
    end = min(end, start + LONGEST)
    text = text_between(document.pk, start, end) if start < end else ""
    if not text:
        raise error(ErrorCode.NOT_FOUND)
    return Passage(document, page_at(document.pk, start), start, start + len(text), text)


def tell_read(person: "type_Reader", passage: Passage, through: str, answer: int | None = None) -> None:
    place = {"document": passage.document.pk, "start": passage.start, "end": passage.end}
    audit.record(Event.QUOTE_READ, person, answer=answer, through=through, **place)
