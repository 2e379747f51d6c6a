"""PostgreSQL as others use it: `ts_rank` over a GIN index, and nearest neighbours in plain pgvector SQL."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from django.db import connection, transaction
from psycopg import sql

from benchmarks.questions import DEPTH, Kind, PeerChunk, Question, Ranking, Scored
from documents.models import Generation
from search.semantic import ef_search, vector_literal

NEAREST = "pgvector, HNSW"
CONFIGURATIONS = ("simple", "english")
_TEXT = "concat_ws(E'\\n', nullif(document.title, ''), chunk.text)"
_ROWS = "documents_chunk AS chunk JOIN documents_document AS document ON document.id = chunk.document_id"


def chunks(generation: Generation) -> list[PeerChunk]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT chunk.id, document_id, {_TEXT}, chunk.terms->'words' FROM {_ROWS}"
            " WHERE generation_id = %s ORDER BY chunk.id",
            [generation.pk],
        )
        return [PeerChunk(row[0], row[1], row[2], _repeated(row[3])) for row in cursor]


def vectors(generation: Generation) -> np.ndarray:
    """Vectors of shape (chunks, dimensions) in the order of `chunks`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT halfvec_send(embedding) FROM documents_chunk WHERE generation_id = %s ORDER BY id", [generation.pk]
        )
        # pgvector sends two numbers of two bytes, the size and a spare one, and then the halves.
        return np.stack([np.frombuffer(row[0], dtype=">f2", offset=4) for row in cursor]).astype(np.float32)


@contextmanager
def rankings(generation: Generation) -> Iterator[list[Ranking]]:
    """The rankings, over a table of tsvectors of the same chunks that goes again in the end."""
    _make_table(generation)
    try:
        yield [
            *(Ranking(f"ts_rank, {name}", Kind.LEXICAL, _ts_rank(name)) for name in CONFIGURATIONS),
            Ranking(NEAREST, Kind.SEMANTIC, lambda question: _nearest(generation, question)),
        ]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE peer_text")


def _make_table(generation: Generation) -> None:
    columns = ", ".join(f"to_tsvector('{name}', {_TEXT}) AS {name}" for name in CONFIGURATIONS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE UNLOGGED TABLE peer_text AS SELECT chunk.id, {columns} FROM {_ROWS} WHERE generation_id = %s",
            [generation.pk],
        )
        for name in CONFIGURATIONS:
            cursor.execute(f"CREATE INDEX ON peer_text USING gin ({name})")
        cursor.execute("VACUUM ANALYZE peer_text")


def _ts_rank(name: str):
    """Any of the words, by ts_rank; a query of all words, as `plainto_tsquery` makes it, finds next to nothing."""
    statement = f"""
        SELECT id, ts_rank({name}, query) AS score
          FROM peer_text, (SELECT replace(plainto_tsquery('{name}', %s)::text, '&', '|')::tsquery AS query) AS asked
         WHERE {name} @@ query ORDER BY score DESC LIMIT {DEPTH}
    """

    def rank(question: Question) -> Scored:
        with connection.cursor() as cursor:
            cursor.execute(statement, [question.text])
            return list(cursor.fetchall())

    return rank


def _nearest(generation: Generation, question: Question) -> Scored:
    """The statement of pgvector's documentation, with as many neighbours looked at as the portal does."""
    statement = sql.SQL(
        "SELECT id, -(embedding::halfvec({size}) <=> {vector}::halfvec({size})) FROM {chunks}"
        " ORDER BY embedding::halfvec({size}) <=> {vector}::halfvec({size}) LIMIT {limit}"
    ).format(
        size=sql.Literal(generation.dimensions),
        vector=sql.Literal(vector_literal(question.vector)),
        chunks=sql.Identifier(generation.partition),
        limit=sql.Literal(DEPTH),
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hnsw.ef_search', %s, true)", [str(ef_search(generation.chunk_count))])
        cursor.execute(statement)
        return list(cursor.fetchall())


def _repeated(counts: str) -> list[str]:
    return list(Counter(json.loads(counts)).elements())
