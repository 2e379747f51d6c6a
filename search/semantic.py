"""The semantic leg: nearest neighbours of the question's vector among the visible chunks.

A filter applied after an HNSW scan loses rows. So few visible chunks are compared one by one, many are found by an
iterative scan, and whenever that returns fewer rows than there are, the exact way is taken.
"""

import math
from typing import TYPE_CHECKING

from psycopg import sql

from documents.models import Generation
from search import statements, visibility
from search.scope import Scope

if TYPE_CHECKING:
    from documents.embedding.vectors import type_Vectors

# Up to this many visible chunks the exact comparison is about as quick as the index, and never wrong.
EXACT_LIMIT = 15_000
# Neighbours that the index looks at, up to EF_CHUNKS chunks; among more of them it misses more of the nearest.
EF_SEARCH = 300
EF_CHUNKS = 100_000
# So that a million chunks are given as many as pgvector takes.
EF_GROWTH = 0.55
EF_MOST = 1000
MAX_SCAN_TUPLES = 60_000
# Rows whose vectors are compared exactly for each one that is wanted, where the index knows only their bits.
READ_FOR_ONE = 5

_EXACT = sql.SQL(
    """
    SELECT id, 1 - (embedding::halfvec({size}) <=> {vector}::halfvec({size})) AS cosine
      FROM documents_chunk
     WHERE ({visible}) AND embedding IS NOT NULL
     ORDER BY (embedding::halfvec({size}) <=> {vector}::halfvec({size})) + 0, id LIMIT {limit}
    """
)
_NEAREST = sql.SQL(
    """
    WITH nearest AS MATERIALIZED (
        SELECT id, embedding::halfvec({size}) <=> {vector}::halfvec({size}) AS distance
          FROM documents_chunk
         WHERE {visible}
         ORDER BY embedding::halfvec({size}) <=> {vector}::halfvec({size}) LIMIT {limit}
    )
    SELECT id, 1 - distance FROM nearest ORDER BY distance + 0, id
    """
)
# The nearest by one bit for each number, from the index, and of those the nearest by the numbers themselves.
_NEAREST_BY_BITS = sql.SQL(
    """
    WITH near AS MATERIALIZED (
        SELECT id, embedding::halfvec({size}) <=> {vector}::halfvec({size}) AS distance
          FROM documents_chunk
         WHERE {visible}
         ORDER BY binary_quantize(embedding)::bit({size}) <~> binary_quantize({vector}::halfvec({size}))::bit({size})
         LIMIT {read}
    )
    SELECT id, 1 - distance FROM near ORDER BY distance + 0, id LIMIT {limit}
    """
)


def vector_literal(vector: "type_Vectors") -> str:
    """pgvector's text form of a vector of shape (d,)."""
    return "[" + ",".join(f"{number:.5g}" for number in vector.tolist()) + "]"


def ef_search(chunks: int) -> int:
    """How many neighbours the index of so many chunks looks at: up to a million it finds 98 % of the ten nearest."""
    return min(round(EF_SEARCH * math.pow(max(1.0, chunks / EF_CHUNKS), EF_GROWTH)), EF_MOST)


def candidates(vector: "type_Vectors", scope: Scope, limit: int) -> list[tuple[int, float]]:
    """Return the nearest `limit` (chunk id, cosine), nearest first; never fewer than min(limit, visible)."""
    if visibility.count(scope, EXACT_LIMIT) > EXACT_LIMIT:
        found = _nearest(vector, scope, limit)
        if len(found) == limit:
            return found
    return exact(vector, scope, limit)


def exact(vector: "type_Vectors", scope: Scope, limit: int) -> list[tuple[int, float]]:
    """The same by comparing every visible chunk."""
    return statements.rows(_filled(_EXACT, vector, scope, limit))


def _nearest(vector: "type_Vectors", scope: Scope, limit: int) -> list[tuple[int, float]]:
    by_bits = scope.generation.quantisation == Generation.Quantisation.BINARY
    wanted = READ_FOR_ONE * limit if by_bits else limit
    looked_at = min(max(ef_search(scope.generation.chunk_count), wanted), EF_MOST)
    return statements.rows(
        _filled(_NEAREST_BY_BITS if by_bits else _NEAREST, vector, scope, limit),
        hnsw__ef_search=str(looked_at),
        hnsw__max_scan_tuples=str(MAX_SCAN_TUPLES),
        hnsw__iterative_scan="relaxed_order",
    )


def _filled(statement: sql.SQL, vector: "type_Vectors", scope: Scope, limit: int) -> sql.Composed:
    return statement.format(
        size=sql.Literal(scope.generation.dimensions),
        vector=sql.Literal(vector_literal(vector)),
        visible=scope.condition,
        limit=sql.Literal(limit),
        read=sql.Literal(READ_FOR_ONE * limit),
    )
