"""The one door to the index: find the passages that answer a query, among those that the reader may see."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError
from psycopg import sql

from documents import connections
from documents.embedding.embedders import embedder_of
from documents.failure_codes import IndexingFailure
from documents.language import language_of
from documents.models import Generation
from search import browsing, fusion, lexical, reranking, semantic, statements
from search.asking import Asked, asked
from search.calibration import trust
from search.distinct import distinct
from search.fusion import Candidate, Fused
from search.hits import Hit, Hits, fetched
from search.lexical import QueryTerm
from search.meters import LEG_FAILURES, LEG_SECONDS
from search.queries import MAX_LENGTH, Query, storable
from search.scope import Scope, narrowed, scope_for

if TYPE_CHECKING:
    from documents.embedding.vectors import type_Vectors
    from documents.models.collection import type_Reader

logger = logging.getLogger(__name__)

CANDIDATES = 100
# Passages that are read beside those that are wanted, since some repeat others; more are read where all do.
SPARE = 5
# A vector that has not come by then is waited for without a connection.
SOON_S = 0.2
# Between two tries of a search that is measured.
PATIENCE_S = (1, 4, 0)
_FIGURES = sql.SQL(
    """
    SELECT id, language, -(bm25 <#> {terms}::sparsevec), coalesce(1 - (embedding <=> {vector}::halfvec), 0)
      FROM documents_chunk WHERE generation_id = {generation} AND id = ANY({ids})
    """
)
# The model computes a query's vector while the database looks for its words.
_embedding = ThreadPoolExecutor(max_workers=16, thread_name_prefix="query-vector")


class SearchFailed(Exception):
    """No leg that was asked could answer; the cause says why."""


class Mode(StrEnum):
    HYBRID = "hybrid"
    LEXICAL = "lexical"
    SEMANTIC = "semantic"
    RRF = "rrf"


@dataclass(frozen=True, slots=True)
class _Legs:
    """What the two legs found, rows of (chunk id, score), and with what they were asked."""

    terms: Sequence[QueryTerm]
    coverage: float
    lexical: Sequence[tuple[int, float]]
    vector: "type_Vectors | None"
    semantic: Sequence[tuple[int, float]]
    degraded: str


def find(
    query: Query,
    reader: "type_Reader",
    limit: int = 10,
    mode: str = Mode.HYBRID,
    *,
    in_order: bool = True,
    generation_id: int | None = None,
) -> Hits:
    """Return the best passages for this reader among those that the query's filters let through.

    Who only counts them does without the last word on their order; who has searched before for the same page names
    the generation that it was. Raises SearchFailed.
    """
    try:
        scope = scope_for(reader, query.filters.collections, generation_id=generation_id)
        scope = narrowed(scope, query.filters)
        if query.is_only_filters:
            return _listed(scope, limit)
    except (DatabaseError, InterfaceError) as error:
        raise SearchFailed from error
    return find_in(scope, query.text, limit, Mode(mode), in_order=in_order)


def find_passages(
    query: str,
    reader: "type_Reader",
    limit: int = 10,
    collections: Sequence[int] | None = None,
    mode: str = Mode.HYBRID,
) -> Hits:
    """Return the best passages for a plain question, best first, near-identical ones once."""
    return find_in(scope_for(reader, collections), query, limit, Mode(mode))


def _listed(scope: Scope, limit: int) -> Hits:
    """What the filters let through, where there are no words to rank by."""
    started = time.perf_counter()
    hits = tuple(distinct(fetched(scope, browsing.newest(scope, 3 * limit), limit + SPARE), limit))
    return Hits(hits, "", "", scope.generation.pk, 1000 * (time.perf_counter() - started))


def find_in(scope: Scope, query: str, limit: int, mode: Mode = Mode.HYBRID, *, in_order: bool = True) -> Hits:
    """The same within a scope that was decided before."""
    started = time.perf_counter()
    words = asked(storable(query)[:MAX_LENGTH], scope)
    language = language_of(words.text)
    legs = _ask_legs(scope, words, mode)
    ranked = _ranking(mode, scope, language, legs)(_candidates(scope, legs))
    hits = _best(scope, words.text, ranked, limit, is_read=in_order and mode is Mode.HYBRID)
    milliseconds = 1000 * (time.perf_counter() - started)
    return Hits(
        hits, language, legs.degraded, scope.generation.pk, milliseconds, words.terms, words.coverage, words.mended
    )


def find_whole(scope: Scope, query: str, limit: int, mode: Mode = Mode.HYBRID) -> Hits:
    """The same for what is measured: an answer without one of its legs would count as one of both.

    Raises SearchFailed if a leg is still away after some seconds.
    """
    for pause_s in PATIENCE_S:
        found = find_in(scope, query, limit, mode)
        if not found.degraded:
            return found
        time.sleep(pause_s)
    raise SearchFailed(f"the {found.degraded} leg did not answer")


def _best(scope: Scope, query: str, ranked: Sequence[Fused], limit: int, *, is_read: bool) -> tuple[Hit, ...]:
    """The first distinct ones; in the order of the reranker, if they are read and there is one."""
    wanted = reranking.depth(limit) if is_read else limit
    hits = tuple(distinct(fetched(scope, ranked, wanted + SPARE), wanted))
    return reranking.reranked(query, hits)[:limit] if is_read else hits


def _ask_legs(scope: Scope, words: Asked, mode: Mode) -> _Legs:
    """Ask the legs that the mode needs; if one of two fails the other answers alone. Raises SearchFailed."""
    embedding = _embedding.submit(_vector, scope.generation, words, mode)
    failures: dict[str, Exception] = {}
    by_terms: Sequence[tuple[int, float]] = ()
    by_vector: Sequence[tuple[int, float]] = ()
    vector: type_Vectors | None = None
    if mode is not Mode.SEMANTIC:
        with _noted(failures, "lexical"):
            by_terms = lexical.candidates(words.terms, scope, CANDIDATES)
    with _noted(failures, "semantic"):
        _wait_without_a_connection(embedding)
        vector = embedding.result()
        if vector is not None:
            by_vector = semantic.candidates(vector, scope, CANDIDATES)
    if len(failures) == 2 or mode in failures:
        raise SearchFailed from [*failures.values()][-1]
    return _Legs(words.terms, words.coverage, by_terms, vector, by_vector, "".join(failures))


def _vector(generation: Generation, words: Asked, mode: Mode) -> "type_Vectors | None":
    """Runs in a thread of its own; what it asks the database it asks on a connection of its own."""
    if mode is Mode.LEXICAL or not words.embedded.strip():
        return None
    vector: type_Vectors = embedder_of(generation).embed_queries([words.embedded])[0]
    return vector


def _wait_without_a_connection(embedding: "Future[type_Vectors | None]") -> None:
    """A model that is being loaded, or that lies elsewhere, may take seconds."""
    _done, unfinished = wait([embedding], timeout=SOON_S)
    if unfinished and connections.are_shared():
        connections.give_back()


@contextmanager
def _noted(failures: dict[str, Exception], leg: str) -> Iterator[None]:
    try:
        with LEG_SECONDS.labels(leg).time():
            yield
    except (IndexingFailure, DatabaseError, InterfaceError) as error:
        logger.exception("%s leg failed", leg)
        LEG_FAILURES.labels(leg).inc()
        failures[leg] = error


def _ranking(mode: Mode, scope: Scope, language: str, legs: _Legs) -> Callable[[Sequence[Candidate]], list[Fused]]:
    if mode is Mode.LEXICAL or legs.degraded == "semantic":
        return fusion.by_lexical
    if mode is Mode.SEMANTIC or legs.degraded == "lexical":
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
    found = statements.figures(
        _FIGURES.format(
            terms=sql.Literal(lexical.literal(legs.terms)),
            vector=sql.Literal(vector),
            generation=sql.Literal(scope.generation.pk),
            ids=sql.Literal(ids),
        )
    )
    return [
        Candidate(row[0], row[1], row[2], row[3], lexical_ranks.get(row[0]), semantic_ranks.get(row[0]))
        for row in found
    ]
