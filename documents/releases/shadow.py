"""An index that only this transaction sees: temporary tables that lie over the real ones, so that the same code writes.

Nothing is locked that others use, and nothing stays behind, whatever ends the process.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from psycopg import sql

from documents import generations
from documents.generations import Plan
from documents.models import Generation

# Tables that are written when chunks are added; the first is partitioned like the real one.
PARTITIONED = "documents_chunk"
PLAIN = ("documents_term", "documents_generation")


@contextmanager
def shadow_index(plan: Plan) -> Iterator[Generation]:
    """A generation as planned, which is gone behind the block."""
    with transaction.atomic():
        _lay_over()
        yield generations.create(plan, is_scratch=True)
        transaction.set_rollback(True)


def table_bytes(generation: Generation) -> int:
    """Of its rows, with what is stored beside them."""
    return _bytes("pg_table_size", generation.partition)


def index_bytes(generation: Generation, name: str) -> int:
    """Of one of generations.INDEXES; 0 if there is none."""
    return _bytes("pg_relation_size", f"{generation.partition}_{name}")


def _bytes(function: str, relation: str) -> int:
    query = sql.SQL("SELECT coalesce({}(to_regclass(%s)), 0)").format(sql.Identifier(function))
    with connection.cursor() as cursor:
        cursor.execute(query, [relation])
        (found,) = cursor.fetchone()
    return int(found)


def _lay_over() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
        path = sql.SQL("SET LOCAL search_path TO pg_temp, {}").format(sql.Identifier(schema))
        cursor.execute(path)
        for table in (PARTITIONED, *PLAIN):
            cursor.execute(_like(schema, table))


def _like(schema: str, table: str) -> sql.Composed:
    partitioned = sql.SQL(" PARTITION BY LIST (generation_id)") if table == PARTITIONED else sql.SQL("")
    return sql.SQL("CREATE TABLE {table} (LIKE {real} INCLUDING ALL){partitioned}").format(
        table=sql.Identifier(table), real=sql.Identifier(schema, table), partitioned=partitioned
    )
