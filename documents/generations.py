"""Generations: each one complete index, a partition of the chunk table that is dropped in one statement."""

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from psycopg import sql

from documents.models import EmbeddingModel, Generation
from documents.terms import ANALYSER

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

# A graph that does not fit is built several times as slowly. A quarter of what the server takes for its cache is free.
_ENOUGH_MEMORY = """
    SELECT set_config('maintenance_work_mem', greatest(
        pg_size_bytes(current_setting('maintenance_work_mem')),
        least(%s, pg_size_bytes(current_setting('effective_cache_size')) / 4)) / 1024 || 'kB', true)
"""


def create(model: EmbeddingModel, *, is_scratch: bool = False) -> Generation:
    """Add a generation with its empty partition. A scratch one gets its indexes when it is filled."""
    with transaction.atomic():
        generation = Generation.objects.create(
            model=model,
            window_tokens=WINDOW_TOKENS,
            overlap_tokens=round(WINDOW_TOKENS * OVERLAP),
            analyser=ANALYSER,
            is_scratch=is_scratch,
        )
        _create_partition(generation)
        if not is_scratch:
            create_indexes(generation)
    return generation


def activate(generation: Generation) -> None:
    """Make this the generation that answers, in one transaction; the one before stays ready to go back to."""
    with transaction.atomic():
        Generation.objects.filter(state=Generation.State.ACTIVE).update(state=Generation.State.READY)
        Generation.objects.filter(pk=generation.pk).update(state=Generation.State.ACTIVE, activated_at=timezone.now())
    generation.refresh_from_db()


def drop(generation: Generation) -> None:
    """Remove a generation with all its chunks, terms and jobs."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(generation.partition)))
        generation.delete()


def count_change(generation: Generation, *, chunks: int, words: int, bigrams: int) -> None:
    """Add to the generation's counters; also the lock that lets one document at a time change its term counts."""
    Generation.objects.filter(pk=generation.pk).update(
        chunk_count=F("chunk_count") + chunks,
        content_changes=F("content_changes") + abs(chunks),
        word_total=F("word_total") + words,
        bigram_total=F("bigram_total") + bigrams,
    )


def _create_partition(generation: Generation) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TABLE {} PARTITION OF documents_chunk FOR VALUES IN ({})").format(
                sql.Identifier(generation.partition), sql.Literal(generation.pk)
            )
        )
        # Both vectors are read for every candidate and stay in the row; what only the hits need is pushed out.
        cursor.execute(
            sql.SQL(
                "ALTER TABLE {} SET (toast_tuple_target = {}), ALTER bm25 SET STORAGE MAIN,"
                " ALTER embedding SET STORAGE MAIN"
            ).format(sql.Identifier(generation.partition), sql.Literal(_row_bytes(generation.model.dimensions)))
        )


def _row_bytes(dimensions: int) -> int:
    """What a row may have before PostgreSQL packs its vectors, which costs more to undo than to multiply them."""
    return min(BYTES_BESIDE_EMBEDDING + 2 * dimensions, MOST_ROW_BYTES)


def create_indexes(generation: Generation) -> None:
    """Candidates by term, nearest neighbours by vector, rows by document and by collection."""
    for name in INDEXES:
        create_index(generation, name)


def create_index(generation: Generation, name: str) -> None:
    """Build one of INDEXES, with as much memory as it needs, as far as the server has it to give."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ENOUGH_MEMORY, [generation.chunk_count * (2 * generation.model.dimensions + HNSW_ROW_BYTES)])
        cursor.execute(
            sql.SQL("CREATE INDEX IF NOT EXISTS {} ON {} USING {}").format(
                sql.Identifier(f"{generation.partition}_{name}"),
                sql.Identifier(generation.partition),
                _index_definitions(generation)[name],
            )
        )


def _index_definitions(generation: Generation) -> dict[str, sql.Composable]:
    vectors = sql.SQL(
        "hnsw ((embedding::halfvec({dimensions})) halfvec_cosine_ops) WITH (m = {m}, ef_construction = {ef})"
    ).format(
        dimensions=sql.Literal(generation.model.dimensions),
        m=sql.Literal(HNSW_M),
        ef=sql.Literal(HNSW_EF_CONSTRUCTION),
    )
    return {
        "terms": sql.SQL("gin (term_ids)"),
        "vectors": vectors,
        "document": sql.SQL("btree (document_id, ordinal)"),
        "collection": sql.SQL("btree (collection_id)"),
    }
