"""The semantic leg: nearest neighbours of the question's vector among the visible chunks.

A filter applied after an HNSW scan loses rows. So few visible chunks are compared one by one, many are found by an
iterative scan, and whenever that returns fewer rows than there are, the exact way is taken.
"""

from typing import TYPE_CHECKING

from django.db import connection, transaction
from psycopg import sql

from search.scope import Scope

if TYPE_CHECKING:
    from documents.embedders import type_Vectors

# Up to this many visible chunks the exact comparison is quick, and never wrong.
EXACT_LIMIT = 20_000
EF_SEARCH = 100
MAX_SCAN_TUPLES = 60_000

_EXACT = sql.SQL(
    """
    SELECT id, 1 - (embedding::halfvec({size}) <=> {vector}::halfvec({size})) AS cosine
      FROM documents_chunk
     WHERE {visible}
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


def vector_literal(vector: "type_Vectors") -> str:
    """pgvector's text form of a vector of shape (d,)."""
    return "[" + ",".join(f"{number:.5g}" for number in vector) + "]"


def candidates(vector: "type_Vectors", scope: Scope, limit: int) -> list[tuple[int, float]]:
    """Return the nearest `limit` (chunk id, cosine), nearest first; never fewer than min(limit, visible)."""
    visible = _visible(scope)
    if visible > EXACT_LIMIT:
        rows = _nearest(vector, scope, limit)
        if len(rows) == limit:
            return rows
    return exact(vector, scope, limit)


def exact(vector: "type_Vectors", scope: Scope, limit: int) -> list[tuple[int, float]]:
    """The same by comparing every visible chunk."""
    return _rows(_EXACT, vector, scope, limit)


def _visible(scope: Scope) -> int:
    """Number of visible chunks, counted no further than needed."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT count(*) FROM (SELECT FROM documents_chunk WHERE {} LIMIT {}) AS visible").format(
                scope.condition, sql.Literal(EXACT_LIMIT + 1)
            )
        )
        return int(cursor.fetchone()[0])


def _nearest(vector: "type_Vectors", scope: Scope, limit: int) -> list[tuple[int, float]]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('hnsw.ef_search', %s, true), set_config('hnsw.max_scan_tuples', %s, true),"
                " set_config('hnsw.iterative_scan', 'relaxed_order', true)",
                [str(max(EF_SEARCH, limit)), str(MAX_SCAN_TUPLES)],
            )
        return _rows(_NEAREST, vector, scope, limit)


def _rows(statement: sql.SQL, vector: "type_Vectors", scope: Scope, limit: int) -> list[tuple[int, float]]:
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(
                size=sql.Literal(scope.generation.model.dimensions),
                vector=sql.Literal(vector_literal(vector)),
                visible=scope.condition,
                limit=sql.Literal(limit),
            )
        )
        return list(cursor.fetchall())
