"""The statements that search the index: one round trip each, with a time-out and settings of their own.

They may be read from a copy of the database (see the router of the settings) and never decide who may read what.
"""

import logging
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections, router
from psycopg import sql
from psycopg.errors import QueryCanceled

from documents.models import Chunk

logger = logging.getLogger(__name__)


def rows(statement: sql.Composable, **values: str) -> list[tuple[int, float]]:
    """Run a statement of (id, number) rows; `values` are settings of the server, with `__` for a dot.

    Raises OperationalError when it takes longer than SEARCH_TIMEOUT_S.
    """
    return _asked(_together(statement, values))


def figures(statement: sql.Composable) -> list[tuple[int, str, float, float]]:
    """The same for rows of (id, language, number, number)."""
    return _asked(_together(statement, {}))


def _asked(statement: sql.Composable) -> list[Any]:
    """Ask the copy that is near enough; what it cannot answer, for another reason than time, is the primary's."""
    alias = router.db_for_read(Chunk, ranks=True)
    try:
        return _rows(alias, statement)
    except (DatabaseError, InterfaceError) as error:
        if alias == DEFAULT_DB_ALIAS or isinstance(error.__cause__, QueryCanceled):
            raise
        logger.warning("%s failed, the primary is asked: %s", alias, error)
        connections[alias].close()
    return _rows(DEFAULT_DB_ALIAS, statement)


def _rows(alias: str, statement: sql.Composable) -> list[Any]:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        cursor.nextset()
        return list(cursor.fetchall())


def _together(statement: sql.Composable, values: dict[str, str]) -> sql.Composable:
    """With its settings, for this round trip only: what is sent together the server takes as one transaction."""
    values = {"statement_timeout": str(round(1000 * settings.SEARCH_TIMEOUT_S)), **values}
    chosen = sql.SQL("SELECT ") + sql.SQL(", ").join(_each(values))
    return sql.SQL("; ").join([chosen, statement])


def _each(values: dict[str, str]) -> Iterator[sql.Composable]:
    for name, value in values.items():
        yield sql.SQL("set_config({}, {}, true)").format(name.replace("__", "."), value)
