"""What a search returns: scored passages with everything that is shown of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from documents.models import Chunk
from search.fusion import Fused
from search.lexical import QueryTerm
from search.scope import Scope

# Field of a hit -> column that it is read from; the first tells the rows apart.
_READ = {
    "chunk_id": "id",
    "document_id": "document_id",
    "collection_id": "document__collection_id",
    "collection": "document__collection__name",
    "title": "document__title",
    "file_name": "document__file_name",
    "media_type": "document__media_type",
    "page_based": "document__page_based",
    "effective_from": "document__effective_from",
    "effective_until": "document__effective_until",
    "page": "page",
    "start": "start",
    "end": "end",
    "text": "text",
    "heading": "heading",
    "language": "language",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A scored passage. Offsets count characters of the document's text; pages count from 1."""

    chunk_id: int
    document_id: int
    collection_id: int
    collection: str
    title: str
    file_name: str
    media_type: str
    page_based: bool
    page: int
    start: int
    end: int
    text: str
    heading: str
    language: str
    score: float
    lexical: float
    semantic: float
    lexical_rank: int | None
    semantic_rank: int | None
    # The vectors' share of the score, 0 to 1.
    weight: float = 0.0
    # What the lexical leg has put into the score; the rest is the semantic leg's.
    by_words: float = 0.0
    # What the reranker says, on a scale of its own; None if it has not read the passage.
    reranked: float | None = None
    effective_from: date | None = None
    effective_until: date | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """`degraded` names the leg that could not be asked, if any; `terms` are the query's that the index knows.

    `coverage` is the share of the query's words, weighted by idf, that the index knows, 0 to 1. `mended` is the query
    without its slips, if it was searched in place of what was typed.
    """

    hits: tuple[Hit, ...]
    query_language: str
    degraded: str
    generation_id: int
    milliseconds: float
    terms: tuple[QueryTerm, ...] = ()
    coverage: float = 1.0
    mended: str = ""

    @property
    def by_meaning_alone(self) -> bool:
        """Whether no word of the query has helped to find any of them."""
        return bool(self.hits) and all(hit.semantic_rank and not hit.lexical_rank for hit in self.hits)


def fetched(scope: Scope, ranked: Sequence[Fused], step: int) -> Iterator[Hit]:
    """Hits in steps, since only where a text stands in many copies more than the first are asked for."""
    for low in range(0, len(ranked), step):
        yield from _step(scope, ranked[low : low + step])


def _step(scope: Scope, ranked: Sequence[Fused]) -> Iterator[Hit]:
    """One statement: rows of three tables, and of each only what is shown."""
    ids = [fused.candidate.chunk_id for fused in ranked]
    rows = Chunk.objects.filter(generation=scope.generation, id__in=ids).values_list(*_READ.values())
    read = {row[0]: dict(zip(_READ, row, strict=True)) for row in rows}
    for fused in ranked:
        shown = read.get(fused.candidate.chunk_id)
        if shown is not None:
            yield Hit(
                **shown,
                score=fused.score,
                lexical=fused.candidate.lexical,
                semantic=fused.candidate.cosine,
                lexical_rank=fused.candidate.lexical_rank,
                semantic_rank=fused.candidate.semantic_rank,
                weight=fused.weight,
                by_words=fused.by_words,
            )
