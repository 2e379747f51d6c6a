"""Search results as people see them: marked passages, grouped where one document has several in a row, and facets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from documents import effective, places
from documents.media_types import kind_of
from documents.models import Collection, Document, Page
from search import facets, retrieval
from search.explanation import Explanation, explain
from search.facets import Chip, Facet, Found
from search.highlight import Excerpt, Piece, excerpt, marks, pieces
from search.hits import Hit, Hits
from search.queries import Query, understood
from search.wishes import MOST, STEP, Wish

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# A window begins on its first page and seldom ends more than this many further on.
PAGES_OF_A_WINDOW = 3


@dataclass(frozen=True, slots=True)
class Result:
    """One passage. `rank` counts from 1; `url` opens the document with what is shown of the passage marked."""

    rank: int
    document_id: int
    url: str
    where: str
    heading: tuple[Piece, ...]
    excerpt: Excerpt
    whole: tuple[Piece, ...]
    language: str
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Group:
    """Results in a row that stand in one document. `others` are the ranks of its results further down or up."""

    document: Document
    title: tuple[Piece, ...]
    kind: str
    period: str
    results: tuple[Result, ...]
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Results:
    wish: Wish
    query: Query
    hits: Hits
    groups: tuple[Group, ...]
    facets: tuple[Facet, ...]
    chips: tuple[Chip, ...]
    more_url: str

    @property
    def count(self) -> int:
        return len(self.hits.hits)

    @property
    def words(self) -> str:
        """What was searched, without filters."""
        return self.hits.mended or self.query.text

    @property
    def asked_ids(self) -> list[int]:
        """The collections of what is shown, the best first."""
        return list(dict.fromkeys(group.document.collection_id for group in self.groups))

    @property
    def is_all(self) -> bool:
        """Whether there is nothing that was not looked for."""
        return self.count < MOST


def results_of(wish: Wish, reader: "type_Reader") -> Results:
    """Search as this person."""
    query = understood(wish.q, reader)
    hits = _found(query, wish, reader)
    pools = {name: _pool(name, query, wish, reader, hits) for name in facets.DIMENSIONS}
    every = [*hits.hits, *(hit for pool in pools.values() for hit in pool.hits)]
    documents = _documents(every, reader)
    chosen = Collection.objects.visible_to(reader).filter(pk__in=wish.collection)
    return Results(
        wish=wish,
        query=query,
        hits=hits,
        groups=_groups(hits, query, wish, documents),
        facets=tuple(
            facets.facets(wish, {name: _dated(pool, documents) for name, pool in pools.items()}, effective.today())
        ),
        chips=tuple(facets.chips(wish, dict(chosen.values_list("pk", "name")))),
        more_url=replace(wish, show=wish.show + STEP).address if wish.show < min(len(hits.hits), MOST) else "",
    )


def _found(query: Query, wish: Wish, reader: "type_Reader", like: Hits | None = None) -> Hits:
    """`like` names what was found before for the same page: the same generation is searched, and order is no matter."""
    narrowed = replace(query, filters=wish.applied_to(query.filters))
    generation_id = like.generation_id if like else None
    return retrieval.find(narrowed, reader, MOST, wish.mode, in_order=like is None, generation_id=generation_id)


def _pool(name: str, query: Query, wish: Wish, reader: "type_Reader", hits: Hits) -> Hits:
    """What would be found without a choice in this dimension: searched for only where there is a choice."""
    without = replace(wish, **facets.UNSET[name])
    return hits if without == wish else _found(query, without, reader, like=hits)


def _documents(hits: Sequence[Hit], reader: "type_Reader") -> dict[int, Document]:
    """Asked for by the access rule once more: what is shown is never older than the rights."""
    visible = Document.objects.visible_to(reader).select_related("collection").defer("sketch", "notes")
    return visible.in_bulk({hit.document_id for hit in hits})


def _dated(pool: Hits, documents: Mapping[int, Document]) -> list[Found]:
    return [Found(hit, _day(documents[hit.document_id])) for hit in pool.hits if hit.document_id in documents]


def _day(document: Document) -> date:
    zone = timezone.get_default_timezone()
    return document.effective_from or timezone.localdate(document.created_at, zone)


def _groups(hits: Hits, query: Query, wish: Wish, documents: Mapping[int, Document]) -> tuple[Group, ...]:
    shown = [hit for hit in hits.hits[: wish.show] if hit.document_id in documents]
    explanations = explain(hits, shown, hits.mended or query.text, wish.mode)
    drafts = [_result(rank, hit, explanations[hit.chunk_id]) for rank, hit in enumerate(shown, start=1)]
    placed = _on_their_pages(shown, drafts)
    in_a_row = (tuple(row) for _document, row in groupby(placed, key=attrgetter("document_id")))
    return tuple(_group(documents[row[0].document_id], row, placed) for row in in_a_row)


def _group(document: Document, row: tuple[Result, ...], every: Sequence[Result]) -> Group:
    return Group(
        document=document,
        title=_marked(document.title, row[0].explanation),
        kind=kind_of(document.media_type),
        period=effective.period(document.effective_from, document.effective_until),
        results=row,
        others=tuple(result.rank for result in every if result.document_id == document.pk and result not in row),
    )


def _result(rank: int, hit: Hit, explanation: Explanation) -> Result:
    spans = marks(hit.text, explanation.marked, explanation.shortest_mark)
    part = excerpt(hit.text, spans)
    return Result(
        rank=rank,
        document_id=hit.document_id,
        url=places.passage_url(hit.document_id, hit.start + part.start, hit.start + part.end),
        where=places.label(hit.media_type, hit.page, hit.heading) if hit.page_based else "",
        heading=_marked(places.path(hit.media_type, hit.heading), explanation),
        excerpt=part,
        whole=pieces(hit.text, spans, 0, len(hit.text)) if part.is_cut else (),
        language=hit.language,
        explanation=explanation,
    )


def _marked(text: str, explanation: Explanation) -> tuple[Piece, ...]:
    return pieces(text, marks(text, explanation.marked, explanation.shortest_mark), 0, len(text))


def _on_their_pages(shown: Sequence[Hit], drafts: Sequence[Result]) -> list[Result]:
    """Name the page on which the shown part begins; its window may have begun on one before."""
    asked = Q()
    for hit in shown:
        if hit.page_based:
            asked |= Q(document=hit.document_id, number__range=(hit.page, hit.page + PAGES_OF_A_WINDOW))
    rows = Page.objects.filter(asked).order_by("number") if asked else Page.objects.none()
    begins: dict[int, list[tuple[int, int]]] = {}
    for document_id, number, offset in rows.values_list("document", "number", "offset"):
        begins.setdefault(document_id, []).append((number, offset))
    return [
        _on_its_page(hit, result, begins.get(hit.document_id, [])) for hit, result in zip(shown, drafts, strict=True)
    ]


def _on_its_page(hit: Hit, result: Result, begins: Sequence[tuple[int, int]]) -> Result:
    start = hit.start + result.excerpt.start
    page = max((number for number, offset in begins if offset <= start and number >= hit.page), default=hit.page)
    if page == hit.page or not hit.page_based:
        return result
    return replace(result, where=places.label(hit.media_type, page, hit.heading))
