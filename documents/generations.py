"""Generations: each one complete index, a partition of the chunk table that is dropped in one statement."""

import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from psycopg import sql

from documents.models import EmbeddingModel, Generation, IndexJob
from documents.terms import ANALYSER

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# Enough for the words of a question to stand together; a model that takes less embeds a window in parts.
WINDOW_TOKENS = 512
OVERLAP = 0.15
HNSW_M = 16
HNSW_EF_CONSTRUCTION = 64
# Memory of a chunk in a nearest-neighbour index that is being built, beside its vector.
HNSW_ROW_BYTES = 800
# A window of 512 tokens has terms of some two thousand bytes; a page of the database has room for so many.
BYTES_BESIDE_EMBEDDING = 2_700
MOST_ROW_BYTES = 8_160
INDEXES = ("terms", "vectors", "document", "collection")
LOCK_WAIT_MS = 500
LOCK_PAUSE_S = 0.3

# A graph that does not fit is built several times as slowly. A quarter of what the server takes for its cache is free.
_ENOUGH_MEMORY = """
    SELECT set_config('maintenance_work_mem', greatest(
        pg_size_bytes(current_setting('maintenance_work_mem')),
        least(%s, pg_size_bytes(current_setting('effective_cache_size')) / 4)) / 1024 || 'kB', %s)
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a generation is to be like: windows in tokens, vectors of so many numbers, None for all of the model's."""

    model: EmbeddingModel
    window_tokens: int = WINDOW_TOKENS
    overlap_tokens: int = round(WINDOW_TOKENS * OVERLAP)
    dimensions: int | None = None
    quantisation: str = Generation.Quantisation.HALF

    def generation(self, **others: Any) -> Generation:
        """The row that it would have, not stored: enough to cut and embed with."""
        return Generation(
            model=self.model,
            window_tokens=self.window_tokens,
            overlap_tokens=self.overlap_tokens,
            dimensions=self.dimensions or self.model.dimensions,
            quantisation=self.quantisation,
            analyser=ANALYSER,
            **others,
        )


def create(plan: Plan, *, is_scratch: bool = False, created_by: "type_Reader | None" = None) -> Generation:
    """Add a generation with its empty partition. The indexes that searching needs are made when it is full, by
    `create_indexes`: row by row they take several times as long."""
    with transaction.atomic():
        generation = plan.generation(is_scratch=is_scratch, created_by_id=created_by.pk if created_by else None)
        generation.save()
        _create_partition(generation)
        if not is_scratch:
            create_index(generation, "document")
    return generation


def activate(generation: Generation) -> None:
    """Make this the generation that answers, in one transaction; the one before stays ready to go back to."""
    with transaction.atomic():
        # The very first generation never was activated; that it has answered is known from now on.
        Generation.objects.filter(state=Generation.State.ACTIVE).update(
            state=Generation.State.READY, activated_at=Coalesce("activated_at", "created_at")
        )
        Generation.objects.filter(pk=generation.pk).update(state=Generation.State.ACTIVE, activated_at=timezone.now())
    generation.refresh_from_db()


def drop(generation: Generation) -> None:
    """Remove a generation with all its chunks, terms and jobs."""
    empty(generation, patience=40)
    generation.delete()


def empty(generation: Generation, *, patience: int = 3) -> None:
    """Remove what a generation holds and leave its row. Raises OperationalError if readers left no gap so long.

    To drop a partition means to lock what every search reads: not longer than LOCK_WAIT_MS at a time, and as often
    as `patience` says.
    """
    IndexJob.objects.filter(generation=generation).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM documents_term WHERE generation_id = %s", [generation.pk])
    for attempt in range(1, patience + 1):
        try:
            _drop_partition(generation)
            return
        except OperationalError:
            if attempt == patience:
                raise
            time.sleep(LOCK_PAUSE_S)


def has_partition(generation: Generation) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [generation.partition])
        return bool(cursor.fetchone()[0])


def _drop_partition(generation: Generation) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(LOCK_WAIT_MS)))
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(generation.partition)))
        # Within a transaction of the caller it would go on.
        cursor.execute("SET LOCAL lock_timeout = 0")


def count_change(generation: Generation, *, chunks: int, words: int, bigrams: int) -> None:
    """Add to the generation's counters; also the lock that lets one document at a time change its term counts."""
    Generation.objects.filter(pk=generation.pk).update(
        chunk_count=F("chunk_count") + chunks,
        content_changes=F("content_changes") + abs(chunks),
        word_total=F("word_total") + words,
        bigram_total=F("bigram_total") + bigrams,
    )


def count_vectors(generation: Generation, *, computed: int, copied: int) -> None:
    """Add to what tells how much of the generation had to be computed."""
    Generation.objects.filter(pk=generation.pk).update(
        computed_count=F("computed_count") + computed, copied_count=F("copied_count") + copied
    )


def _create_partition(generation: Generation) -> None:
    names = {"partition": sql.Identifier(generation.partition), "pk": sql.Literal(generation.pk)}
    with connection.cursor() as cursor:
        # To make it a partition from the start would wait for every search, and hold up those behind it.
        cursor.execute(sql.SQL("CREATE TABLE {partition} (LIKE documents_chunk INCLUDING DEFAULTS)").format(**names))
        cursor.execute(
            sql.SQL("ALTER TABLE documents_chunk ATTACH PARTITION {partition} FOR VALUES IN ({pk})").format(**names)
        )
        # Both vectors are read for every candidate and stay in the row; what only the hits need is pushed out.
        cursor.execute(
            sql.SQL(
                "ALTER TABLE {} SET (toast_tuple_target = {}), ALTER bm25 SET STORAGE MAIN,"
                " ALTER embedding SET STORAGE MAIN"
            ).format(sql.Identifier(generation.partition), sql.Literal(_row_bytes(generation.dimensions)))
        )


def _row_bytes(dimensions: int) -> int:
    """What a row may have before PostgreSQL packs its vectors, which costs more to undo than to multiply them."""
    return min(BYTES_BESIDE_EMBEDDING + 2 * dimensions, MOST_ROW_BYTES)


def create_indexes(generation: Generation) -> None:
    """Candidates by term, nearest neighbours by vector, rows by document and by collection."""
    for name in INDEXES:
        create_index(generation, name)


def create_index(generation: Generation, name: str, *, beside_writers: bool = False) -> None:
    """Build one of INDEXES, with as much memory as it needs, as far as the server has it to give.

    `beside_writers` lets documents come in meanwhile; it reads the table twice, and is no part of a transaction.
    """
    statement = sql.SQL("CREATE INDEX {} IF NOT EXISTS {} ON {} USING {}").format(
        sql.SQL("CONCURRENTLY" if beside_writers else ""),
        sql.Identifier(index_name(generation, name)),
        sql.Identifier(generation.partition),
        _index_definitions(generation)[name],
    )
    with nullcontext() if beside_writers else transaction.atomic(), connection.cursor() as cursor:
        bytes_needed = generation.chunk_count * (2 * generation.dimensions + HNSW_ROW_BYTES)
        cursor.execute(_ENOUGH_MEMORY, [bytes_needed, not beside_writers])
        cursor.execute(statement)


def compact(generation: Generation) -> None:
    """Write its rows anew, without dead ones between them. Nobody reads or writes meanwhile; not in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("VACUUM FULL {}").format(sql.Identifier(generation.partition)))


def index_name(generation: Generation, name: str) -> str:
    return f"{generation.partition}_{name}"


_VECTOR_KEYS: dict[str, sql.SQL] = {
    Generation.Quantisation.HALF: sql.SQL("(embedding::halfvec({dimensions})) halfvec_cosine_ops"),
    # One bit for each number, as semantic search asks for it.
    Generation.Quantisation.BINARY: sql.SQL("(binary_quantize(embedding)::bit({dimensions})) bit_hamming_ops"),
}


def _index_definitions(generation: Generation) -> dict[str, sql.Composable]:
    vectors = sql.SQL("hnsw ({keys}) WITH (m = {m}, ef_construction = {ef})").format(
        keys=_VECTOR_KEYS[generation.quantisation].format(dimensions=sql.Literal(generation.dimensions)),
        m=sql.Literal(HNSW_M),
        ef=sql.Literal(HNSW_EF_CONSTRUCTION),
    )
    return {
        "terms": sql.SQL("gin (term_ids)"),
        "vectors": vectors,
        "document": sql.SQL("btree (document_id, ordinal)"),
        "collection": sql.SQL("btree (collection_id)"),
    }
