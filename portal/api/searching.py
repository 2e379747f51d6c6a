"""Search: the query language of the search page, its filters, and its hits with their scores and reasons."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from ninja import Field, Query, Router, Schema

from documents import places
from documents.media_types import KINDS
from documents.models import Document
from documents.pages import collapsed
from documents.views.requests import PersonRequest
from portal.api.bearer import needs
from portal.api.errors import ErrorCode, error
from portal.api.listing import either
from portal.api.reach import refuse_unseen
from portal.api.sent import Sent
from portal.models import ApiToken
from search import retrieval
from search.explanation import Explanation, explain
from search.hits import Hit, Hits
from search.queries import MAX_LENGTH, understood
from search.queries import Query as TypedQuery
from search.retrieval import Mode, SearchFailed
from search.wishes import MOST, STEP, Wish

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

router = Router(tags=["Search"])


class Leg(Schema):
    """What one of the two ways to search says."""

    rank: int | None = Field(description="Among the first hundred; null beyond.")
    score: float
    points: float = Field(description="What it adds to the score of the hit.")


class HitOut(Schema):
    rank: int
    document_id: int
    collection_id: int
    title: str
    file_name: str
    page: int
    where: str = Field(description="The page in words; empty where there are no pages.")
    heading: str
    start: int = Field(description="In the document's text, in characters.")
    end: int
    text: str
    language: str
    score: float
    words: Leg
    meaning: Leg
    reasons: list[str] = Field(description="Why it stands here, in sentences.")
    url: str = Field(description="The page of the portal that shows the passage.")


class Found(Schema):
    query: str = Field(description="The words that were searched, without filters and slips.")
    mended: bool = Field(description="Whether slips in the query were mended.")
    problems: list[str] = Field(description="What of the query was not understood, in sentences.")
    degraded: str = Field(description="“lexical” or “semantic” if this way to search was away, else empty.")
    language: str
    milliseconds: float
    hits: list[HitOut]


class Filter(Sent, Schema):
    """The query and what it is narrowed to."""

    q: str = Field(
        min_length=1, max_length=MAX_LENGTH, description="Words, “phrases”, -without, title:, type:, after:…"
    )
    collection: list[int] = Field([], max_length=100)
    type: list[Annotated[str, Field(pattern=either(KINDS))]] = Field([], description="Kinds of files.")
    language: list[Literal["ko", "en"]] = []
    after: date | None = Field(None, description="The first day that is meant.")
    before: date | None = Field(None, description="The first day that no longer is.")
    mode: Mode = Mode.HYBRID
    limit: int = Field(STEP, ge=1, le=MOST)
    offset: int = Field(0, ge=0, lt=MOST)

    @property
    def wish(self) -> Wish:
        return Wish(
            self.q,
            tuple(self.type),
            tuple(self.collection),
            tuple(self.language),
            self.after,
            self.before,
            self.mode,
        )


@router.get("/search", response=Found, summary="Search", **needs(ApiToken.Scope.READ))
def search(request: PersonRequest, filters: Annotated[Filter, Query()]) -> Found:
    """The best passages, best first: up to 50 of them."""
    refuse_unseen(request, filters.collection)
    query, hits = hits_of(request.user, filters.wish, filters.offset + filters.limit)
    shown = seen_now(hits, request.user)[filters.offset :]
    reasons = explain(hits, shown, hits.mended or query.text, filters.mode)
    return Found(
        query=hits.mended or query.text,
        mended=bool(hits.mended),
        problems=list(query.problems),
        degraded=hits.degraded,
        language=hits.query_language,
        milliseconds=round(hits.milliseconds, 1),
        hits=[
            _hit(rank, hit, reasons[hit.chunk_id], request) for rank, hit in enumerate(shown, start=filters.offset + 1)
        ],
    )


def hits_of(reader: "type_Reader", wish: Wish, limit: int) -> tuple[TypedQuery, Hits]:
    """What was understood of the query, and what was found. Raises ApiError."""
    query = understood(wish.q, reader)
    narrowed = replace(query, filters=wish.applied_to(query.filters))
    try:
        return query, retrieval.find(narrowed, reader, min(limit, MOST), wish.mode)
    except SearchFailed as failure:
        raise error(ErrorCode.SEARCH_FAILED) from failure


def seen_now(hits: Hits, reader: "type_Reader") -> list[Hit]:
    """Asked for by the access rule once more: what is given out is never older than the rights."""
    visible = Document.objects.visible_to(reader).filter(pk__in={hit.document_id for hit in hits.hits})
    keys = set(visible.values_list("pk", flat=True))
    return [hit for hit in hits.hits if hit.document_id in keys]


def where_of(hit: Hit) -> str:
    return places.label(hit.media_type, hit.page, hit.heading) if hit.page_based else ""


def address_of(hit: Hit) -> str:
    return places.passage_url(hit.document_id, hit.start, hit.end)


def _hit(rank: int, hit: Hit, explanation: Explanation, request: PersonRequest) -> HitOut:
    return HitOut(
        rank=rank,
        document_id=hit.document_id,
        collection_id=hit.collection_id,
        title=hit.title,
        file_name=hit.file_name,
        page=hit.page,
        where=where_of(hit),
        heading=places.path(hit.media_type, hit.heading),
        start=hit.start,
        end=hit.end,
        text=collapsed(hit.text),
        language=hit.language,
        score=hit.score,
        words=Leg(rank=hit.lexical_rank, score=hit.lexical, points=hit.by_words),
        meaning=Leg(rank=hit.semantic_rank, score=hit.semantic, points=hit.score - hit.by_words),
        reasons=list(explanation.reasons),
        url=request.build_absolute_uri(address_of(hit)),
    )
