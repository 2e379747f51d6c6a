"""Keeping BM25's numbers true: the pivots while a generation is young, the term counts after a repair."""

from collections.abc import Iterator

from django.db import connection, transaction

from documents import generations, index
from documents.models import Generation
from documents.terms import Pivots, Terms, dimensions, weights

# Chunks that are weighed in one statement.
BATCH = 500
# The pivots are made anew when the mean length has moved this far from them.
PIVOT_DRIFT = 0.1


def refresh_pivots(generation: Generation) -> bool:
    """Weigh all chunks anew if the mean length has moved away from the pivots; return whether it had.

    Only a young generation needs it: the first document's lengths are not the library's.
    """
    generation.refresh_from_db()
    mean = _mean_lengths(generation)
    if not (_drifted(mean.words, generation.word_pivot) or _drifted(mean.bigrams, generation.bigram_pivot)):
        return False
    recount(generation)
    return True


def recount(generation: Generation) -> None:
    """Fix the pivots, weigh every chunk and count every term again, in one transaction."""
    with transaction.atomic():
        generations.count_change(generation, chunks=0, words=0, bigrams=0)
        _recount_lengths(generation)
        index.set_pivots(generation, _mean_lengths(generation))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM documents_term WHERE generation_id = %s", [generation.pk])
        for rows in _batches(generation):
            contents = [index.stored(content) for _id, content, _windows in rows]
            vectors = [weights(terms, generation.pivots, row[2]) for terms, row in zip(contents, rows, strict=True)]
            _write_weights(generation, [row[0] for row in rows], vectors)
            index.count_terms(generation, [dimensions(terms) for terms in contents], vectors)


def _mean_lengths(generation: Generation) -> Pivots:
    chunks = max(generation.chunk_count, 1)
    return Pivots(generation.word_total / chunks, generation.bigram_total / chunks)


def _drifted(mean: float, pivot: float) -> bool:
    return abs(mean - pivot) > PIVOT_DRIFT * max(mean, pivot)


def _recount_lengths(generation: Generation) -> None:
    chunks = words = bigrams = 0
    for rows in _batches(generation):
        contents: list[Terms] = [index.stored(content) for _id, content, _windows in rows]
        more_words, more_bigrams = index.lengths(contents)
        chunks, words, bigrams = chunks + len(rows), words + more_words, bigrams + more_bigrams
    generation.chunk_count, generation.word_total, generation.bigram_total = chunks, words, bigrams
    generation.save(update_fields=["chunk_count", "word_total", "bigram_total"])


type_Row = tuple[int, dict[str, dict[str, int]], int]


def _batches(generation: Generation) -> Iterator[list[type_Row]]:
    """(chunk id, its terms, number of windows of its document), some hundred at a time."""
    last = 0
    while rows := _rows_after(generation, last):
        yield rows
        last = rows[-1][0]


def _rows_after(generation: Generation, last: int) -> list[type_Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT chunk.id, chunk.terms,
                   (SELECT count(*) FROM documents_chunk AS other
                     WHERE other.generation_id = chunk.generation_id AND other.document_id = chunk.document_id)
              FROM documents_chunk AS chunk
             WHERE chunk.generation_id = %s AND chunk.id > %s ORDER BY chunk.id LIMIT %s
            """,
            [generation.pk, last, BATCH],
        )
        return list(cursor.fetchall())


def _write_weights(generation: Generation, ids: list[int], vectors: list[dict[int, float]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE documents_chunk AS chunk SET bm25 = new.bm25::sparsevec
              FROM unnest(%s::bigint[], %s::text[]) AS new(id, bm25)
             WHERE chunk.generation_id = %s AND chunk.id = new.id
            """,
            [ids, [index.sparse_literal(vector) for vector in vectors], generation.pk],
        )
