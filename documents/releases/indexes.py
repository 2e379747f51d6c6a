"""The indexes of a release: built beside writers, over again where an attempt was cut short."""

from django.db import connection
from psycopg import sql

from documents import generations
from documents.models import Generation

_STATES = """
    SELECT relation.relname, index.indisvalid
      FROM pg_index AS index JOIN pg_class AS relation ON relation.oid = index.indexrelid
     WHERE index.indrelid = to_regclass(%s)
"""


def build(generation: Generation) -> None:
    """Build what is missing while documents come in, and give the planner its figures. Not within a transaction.

    One that was cut short stands there as invalid: nobody reads it, and it is built anew. Nothing is built any more
    for one that has been cancelled meanwhile.
    """
    for name in missing(generation):
        if not Generation.objects.live().filter(pk=generation.pk).exists():
            return
        with connection.cursor() as cursor:
            leftover = sql.Identifier(generations.index_name(generation, name))
            cursor.execute(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(leftover))
        generations.create_index(generation, name, beside_writers=True)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(generation.partition)))


def missing(generation: Generation) -> list[str]:
    """Names of generations.INDEXES that are not there, or are there and invalid."""
    with connection.cursor() as cursor:
        cursor.execute(_STATES, [generation.partition])
        valid = {name for name, is_valid in cursor.fetchall() if is_valid}
    return [name for name in generations.INDEXES if generations.index_name(generation, name) not in valid]
