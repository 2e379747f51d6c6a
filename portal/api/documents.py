"""Documents: lists, one of them, how far it is on its way, and the text of its pages."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.utils import timezone
from ninja import Field, Query, Router, Schema

from documents import notes, places, waiting
from documents.library import SORTS, active_job, filtered, in_order, rows_of, with_active_job
from documents.library import Wish as LibraryWish
from documents.media_types import KINDS
from documents.models import Document, Page
from documents.situation import situation_now
from documents.views.requests import PersonRequest
from portal.api.bearer import needs
from portal.api.listing import Limit, Offset, Part, either, part
from portal.api.reach import collection_of, document_of, found
from portal.api.sent import Sent
from portal.models import ApiToken

router = Router(tags=["Documents"])

# How long the workers' answer is waited for.
PATIENCE_S = 0.5
MOST_PAGES = 50
READ = needs(ApiToken.Scope.READ)

State = Literal["waiting", "reading", "indexing", "ready", "failed", "superseded", "progress"]


class DocumentOut(Schema):
    id: int
    collection_id: int
    title: str
    file_name: str
    media_type: str
    language: str
    size: int = Field(description="Bytes.")
    pages: int
    passages: int = Field(description="Of the index that answers.")
    state: str
    effective_from: date | None
    effective_until: date | None
    superseded_by: int | None = Field(description="The version that replaced it.")
    container: int | None = Field(description="The archive or mail that it came out of.")
    created_at: datetime
    url: str = Field(description="The page of the document.")


class Documents(Part):
    items: list[DocumentOut]


class Failure(Schema):
    code: str
    message: str
    next_step: str


class Wait(Schema):
    reason: str
    message: str
    next_step: str


class DocumentState(Schema):
    id: int
    state: str
    name: str = Field(description="The state in words.")
    step: str = Field(description="What is being done with it.")
    percent: int | None
    waits: Wait | None = Field(description="Why nothing happens to it now.")
    failure: Failure | None
    notes: list[str] = Field(description="What of it could not be read, in sentences.")


class PageOut(Schema):
    number: int
    name: str = Field(description="“page 3”, “slide 3”, or the name of a sheet; empty where there are no pages.")
    start: int = Field(description="Where it begins in the document's text, in characters.")
    text: str
    method: str = Field(description="text: from the text layer; ocr: recognised from a picture.")
    percent_sure: int | None = Field(description="How sure the recognition was.")


class Pages(Part):
    items: list[PageOut]


class Filter(Sent, Schema):
    """What a list of documents is narrowed to."""

    q: str = Field("", max_length=200, description="A part of the title or of the file name.")
    collection: int | None = None
    state: State | None = Field(None, description="progress: waiting, reading or indexing.")
    kind: str | None = Field(None, pattern=either(KINDS), description="The kind of file.")
    sort: str = Field("-uploaded", pattern=f"^-?{either(SORTS)[1:]}", description="A minus turns the order around.")


@router.get("/documents", response=Documents, summary="List documents", **READ)
def list_documents(
    request: PersonRequest, filters: Annotated[Filter, Query()], limit: Limit = 50, offset: Offset = 0
) -> Documents:
    """Those of one collection, or of all that the person may read."""
    visible = Document.objects.visible_to(request.user)
    if filters.collection is not None:
        visible = visible.filter(collection=collection_of(request, filters.collection))
    wish = LibraryWish(filters.q, filters.state or "", filters.kind or "")
    rows, figures = part(in_order(filtered(visible, wish), filters.sort).defer("sketch"), limit, offset)
    return Documents(items=[told(row, request) for row in rows], **figures)


@router.get("/documents/{document_id}", response=DocumentOut, summary="One document", **READ)
def read_document(request: PersonRequest, document_id: int) -> DocumentOut:
    return told(document_of(request, document_id), request)


@router.get("/documents/{document_id}/state", response=DocumentState, summary="How far a document is", **READ)
def read_document_state(request: PersonRequest, document_id: int) -> DocumentState:
    """What is being done with it, and if nothing is, why it waits or what went wrong."""
    visible = Document.objects.visible_to(request.user).defer("sketch")
    return _state(found(with_active_job(visible), document_id))


@router.get("/documents/{document_id}/pages", response=Pages, summary="The text of a document", **READ)
def read_pages(
    request: PersonRequest,
    document_id: int,
    limit: Annotated[int, Query(ge=1, le=MOST_PAGES, description="How many pages at most.")] = 20,
    offset: Offset = 0,
) -> Pages:
    """Page by page; a file without pages is one."""
    document = document_of(request, document_id)
    rows, figures = part(document.pages.order_by("number"), limit, offset)
    return Pages(items=[_page(document, row) for row in rows], **figures)


def told(document: Document, request: PersonRequest) -> DocumentOut:
    return DocumentOut(
        id=document.pk,
        collection_id=document.collection_id,
        title=document.title,
        file_name=document.file_name,
        media_type=document.media_type,
        language=document.language,
        size=document.size,
        pages=document.page_count,
        passages=document.chunk_count,
        state=document.state,
        effective_from=document.effective_from,
        effective_until=document.effective_until,
        superseded_by=document.superseded_by_id,
        container=document.parent_id,
        created_at=document.created_at,
        url=request.build_absolute_uri(document.get_absolute_url()),
    )


def place_name(document: Document, page: Page) -> str:
    """The page, slide or sheet, as part of a line."""
    if not document.page_based:
        return ""
    heading = page.headings[0]["text"] if page.headings else ""
    return places.label(document.media_type, page.number, heading)


def _state(document: Document) -> DocumentState:
    row = rows_of([document])[0]
    failure = row.failure
    return DocumentState(
        id=document.pk,
        state=document.state,
        name=document.get_state_display(),
        step=f"{row.progress.label} {row.progress.detail}".strip() if row.progress else "",
        percent=row.progress.percent if row.progress else None,
        waits=_wait(document),
        failure=Failure(
            code=document.error_code, message=f"{failure.title}. {failure.reason}", next_step=str(failure.next_step)
        )
        if failure
        else None,
        notes=[notes.explain(note) for note in document.notes],
    )


def _wait(document: Document) -> Wait | None:
    job = active_job(document)
    if not document.is_in_progress or (job and not waiting.waits(job, timezone.now())):
        return None
    wait = waiting.decide(job, situation_now([job.pk] if job else [], PATIENCE_S))
    words = waiting.words(wait)
    return Wait(reason=wait.reason, message=words.reason, next_step=words.next_step)


def _page(document: Document, page: Page) -> PageOut:
    return PageOut(
        number=page.number,
        name=place_name(document, page),
        start=page.offset,
        text=page.text,
        method=page.method,
        percent_sure=page.percent_sure,
    )
