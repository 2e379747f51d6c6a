"""The statements that search the index: one round trip each, with a time-out and settings of their own."""

from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from psycopg import sql


def rows(statement: sql.Composable, **values: str) -> list[tuple[int, float]]:
    """Run a statement of (id, number) rows; `values` are settings of the server, with `__` for a dot.

    Raises OperationalError when it takes longer than SEARCH_TIMEOUT_S.
    """
    values = {"statement_timeout": str(round(1000 * settings.SEARCH_TIMEOUT_S)), **values}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("; ").join([_settings(values), statement]))
        cursor.nextset()
        return list(cursor.fetchall())


def _settings(values: dict[str, str]) -> sql.Composable:
    """For this round trip only: the server takes statements that are sent together as one transaction."""
    return sql.SQL("SELECT ") + sql.SQL(", ").join(_each(values))


def _each(values: dict[str, str]) -> Iterator[sql.Composable]:
    for name, value in values.items():
        yield sql.SQL("set_config({}, {}, true)").format(name.replace("__", "."), value)
