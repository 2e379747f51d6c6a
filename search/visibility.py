"""How many chunks a search may look at, as far as that decides the way to look."""

import time
from functools import lru_cache

from django.db import OperationalError, connection
from psycopg import sql

from search import statements
from search.scope import Scope

# A count is good for so long: it only chooses between ways that are all exact.
KEPT_S = 30


def count(scope: Scope, most: int) -> int:
    """The number of visible chunks, counted no further than just above `most`."""
    statement = sql.SQL("SELECT count(*), 0 FROM (SELECT FROM documents_chunk WHERE {} LIMIT {}) AS visible")
    text = statement.format(scope.condition, most + 1).as_string()
    return _counted(text, most, int(time.monotonic() / KEPT_S))


@lru_cache(maxsize=200)
def _counted(statement: str, most: int, _period: int) -> int:
    """What takes too long to count is many; remembered too, or each search would wait for it again."""
    try:
        return statements.rows(sql.SQL(statement))[0][0]
    except OperationalError:
        if connection.in_atomic_block:
            raise
        return most + 1
