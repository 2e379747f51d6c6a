"""Connections to the database that the web server keeps from one request to the next.

A new one costs as much as the statements of a search: the server starts a process for it, which has to read what tables
there are and to load the code of vectors. Commands and workers keep theirs by themselves.
"""

from typing import Any, cast

from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool

from portal.replica_settings import LIMITS

# By which the server tells the connections of web processes.
NAME = "portal web"
# Pages and steps of answers in one process that have a connection at the same time; more of them wait.
MOST = 40
# So long a page waits for a connection, and so long the pool goes on trying to make one.
PATIENCE_S = 2.0
# After each such time without use one of those that are left over is closed: open streams leave none.
IDLE_S = 2.0


def pooled(config: dict[str, Any]) -> dict[str, Any]:
    """Complete the settings of a database; a connection that has broken is noticed before it is used."""
    pool = {
        "min_size": 0,
        "max_size": MOST,
        "max_idle": IDLE_S,
        "timeout": PATIENCE_S,
        "reconnect_timeout": PATIENCE_S,
    }
    options = {"application_name": NAME, **LIMITS, **config.get("OPTIONS", {}), "pool": pool}
    return {**config, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}


def drop_broken_together() -> None:
    """Have the pool look at all its connections as soon as one turns out to be broken.

    By itself the pool tries another one at once, and further ones a second apart: after a restart of the server
    whoever asks would run out of patience.
    """
    pool: ConnectionPool = cast(DatabaseWrapper, connections["default"]).pool

    def check(connection: Connection) -> None:
        try:
            ConnectionPool.check_connection(connection)
        except OperationalError:
            pool.check()
            raise

    # Django hands no other check on to the pool.
    pool._check = check
