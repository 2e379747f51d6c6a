"""The one door to the index: find the passages that answer a query, among those that the reader may see."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection

from documents.embedders import embedder_for
from documents.failure_codes import IndexingFailure
from documents.language import language_of
from documents.models import Chunk, Document
from documents.terms import query_terms
from search import fusion, lexical, semantic
from search.calibration import trust
from search.fusion import Candidate, Fused
from search.lexical import QueryTerm
from search.scope import Scope, scope_for

if TYPE_CHECKING:
    from documents.embedders import type_Vectors
    from documents.models.collection import type_Reader

logger = logging.getLogger(__name__)

CANDIDATES = 100
# Two windows with this share of words in common say the same; the better one is shown.
NEAR_IDENTICAL = 0.9
# A window of which better ones have said this share of the text, sentence by sentence, adds too little.
SAID_ALREADY = 0.8
# What ends a sentence or a line, beside a full stop.
_SENTENCE_ENDS = ("! ", "? ", "。", "\n")
# A query is a question, not a document.
MAX_QUERY_LENGTH = 2_000


class Mode(StrEnum):
    HYBRID = "hybrid"
    LEXICAL = "lexical"
    SEMANTIC = "semantic"
    RRF = "rrf"


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
    effective_from: date | None = None
    effective_until: date | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """`degraded` names the leg that could not be asked, if any."""

    hits: tuple[Hit, ...]
    query_language: str
    degraded: str
    generation_id: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class _Legs:
    """What the two legs found, rows of (chunk id, score), and with what they were asked."""

    terms: Sequence[QueryTerm]
    coverage: float
    lexical: Sequence[tuple[int, float]]
    vector: "type_Vectors | None"
    semantic: Sequence[tuple[int, float]]
    degraded: str


def find_passages(
    query: str,
    reader: "type_Reader",
    limit: int = 10,
    collections: Sequence[int] | None = None,
    mode: str = Mode.HYBRID,
) -> Hits:
    """Return the best passages for this reader, best first, near-identical ones once."""
    return find_in(scope_for(reader, collections), query, limit, Mode(mode))


def find_in(scope: Scope, query: str, limit: int, mode: Mode = Mode.HYBRID) -> Hits:
    """The same within a scope that was decided before."""
    started = time.perf_counter()
    query = _storable(query)[:MAX_QUERY_LENGTH]
    language = language_of(query)
    legs = _ask_legs(scope, query, mode)
    ranked = _ranking(mode, scope, language, legs)(_candidates(scope, legs))
    hits = tuple(_distinct(_hits(scope, ranked, 3 * limit), limit))
    milliseconds = 1000 * (time.perf_counter() - started)
    return Hits(hits, language, legs.degraded, scope.generation.pk, milliseconds)


def _storable(query: str) -> str:
    """Without what neither a tokenizer nor the database takes: NUL, and halves of surrogate pairs."""
    return query.replace("\x00", " ").encode("utf-8", "replace").decode()


def _ask_legs(scope: Scope, query: str, mode: Mode) -> _Legs:
    """Ask the legs that the mode needs; if one of two fails the other answers alone."""
    analysed = query_terms(query)
    terms = lexical.weighted(analysed, scope.generation)
    by_terms: Sequence[tuple[int, float]] = ()
    by_vector: Sequence[tuple[int, float]] = ()
    vector: type_Vectors | None = None
    degraded = ""
    if mode is not Mode.SEMANTIC:
        by_terms = lexical.candidates(terms, scope, CANDIDATES)
    if mode is not Mode.LEXICAL and query.strip():
        try:
            vector = embedder_for(scope.generation.model).embed_queries([query])[0]
            by_vector = semantic.candidates(vector, scope, CANDIDATES)
        except (IndexingFailure, DatabaseError):
            if mode is Mode.SEMANTIC:
                raise
            logger.exception("semantic leg failed")
            degraded = "semantic"
    coverage = lexical.coverage(analysed, terms, scope.generation)
    return _Legs(terms, coverage, by_terms, vector, by_vector, degraded)


def _ranking(mode: Mode, scope: Scope, language: str, legs: _Legs) -> Callable[[Sequence[Candidate]], list[Fused]]:
    if mode is Mode.LEXICAL or legs.degraded:
        return fusion.by_lexical
    if mode is Mode.SEMANTIC:
        return fusion.by_cosine
    if mode is Mode.RRF:
        return fusion.reciprocal_rank
    return lambda candidates: fusion.calibrated(candidates, trust(scope.generation, language), legs.coverage)


def _candidates(scope: Scope, legs: _Legs) -> list[Candidate]:
    """Both exact scores of every row that either leg found, in one statement."""
    lexical_ranks = {row[0]: rank for rank, row in enumerate(legs.lexical, start=1)}
    semantic_ranks = {row[0]: rank for rank, row in enumerate(legs.semantic, start=1)}
    ids = list(lexical_ranks.keys() | semantic_ranks.keys())
    vector = None if legs.vector is None else semantic.vector_literal(legs.vector)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, language, -(bm25 <#> %s::sparsevec), coalesce(1 - (embedding <=> %s::halfvec), 0)
              FROM documents_chunk WHERE generation_id = %s AND id = ANY(%s)
            """,
            [lexical.literal(legs.terms), vector, scope.generation.pk, ids],
        )
        rows = cursor.fetchall()
    return [
        Candidate(row[0], row[1], row[2], row[3], lexical_ranks.get(row[0]), semantic_ranks.get(row[0])) for row in rows
    ]


def _hits(scope: Scope, ranked: Sequence[Fused], step: int) -> Iterator[Hit]:
    """Hits in steps, since only where a text stands in many copies more than the first are asked for."""
    for low in range(0, len(ranked), step):
        yield from _fetched(scope, ranked[low : low + step])


def _fetched(scope: Scope, ranked: Sequence[Fused]) -> Iterator[Hit]:
    ids = [fused.candidate.chunk_id for fused in ranked]
    chunks = {
        chunk.id: chunk
        for chunk in Chunk.objects.filter(generation=scope.generation, id__in=ids).defer(
            "term_ids", "bm25", "terms", "embedding"
        )
    }
    found = Document.objects.select_related("collection").defer("sketch")
    documents = found.in_bulk({chunk.document_id for chunk in chunks.values()})
    for fused in ranked:
        chunk = chunks.get(fused.candidate.chunk_id)
        if chunk is not None and chunk.document_id in documents:
            yield _hit(fused, chunk, documents[chunk.document_id])


def _hit(fused: Fused, chunk: Chunk, document: Document) -> Hit:
    return Hit(
        chunk_id=chunk.id,
        document_id=document.pk,
        collection_id=document.collection_id,
        collection=document.collection.name,
        title=document.title,
        file_name=document.file_name,
        media_type=document.media_type,
        page_based=document.page_based,
        page=chunk.page,
        start=chunk.start,
        end=chunk.end,
        text=chunk.text,
        heading=chunk.heading,
        language=chunk.language,
        score=fused.score,
        lexical=fused.candidate.lexical,
        semantic=fused.candidate.cosine,
        lexical_rank=fused.candidate.lexical_rank,
        semantic_rank=fused.candidate.semantic_rank,
        effective_from=document.effective_from,
        effective_until=document.effective_until,
    )


def _distinct(hits: Iterator[Hit], limit: int) -> Iterator[Hit]:
    """Leave out what nearly repeats better hits, in other documents too: copies whose windows are shifted as well."""
    seen: list[set[str]] = []
    said: set[str] = set()
    for hit in hits:
        words = set(hit.text.split())
        sentences = _sentences(hit.text)
        if any(_overlap(words, other) >= NEAR_IDENTICAL for other in seen) or _share(sentences, said) >= SAID_ALREADY:
            continue
        seen.append(words)
        said.update(sentences)
        yield hit
        if len(seen) == limit:
            return


def _sentences(text: str) -> list[str]:
    """A rough cut, many times as quick as documents.sentences, and the same in all copies of a text."""
    for end in _SENTENCE_ENDS:
        text = text.replace(end, ". ")
    return text.split(". ")


def _share(sentences: Sequence[str], said: set[str]) -> float:
    """The share of the text, by its length, that has been said."""
    total = sum(map(len, sentences))
    return sum(len(sentence) for sentence in sentences if sentence in said) / max(total, 1)


def _overlap(one: set[str], other: set[str]) -> float:
    shared = len(one & other)
    return shared / max(len(one) + len(other) - shared, 1)
