"""Connections to the database, given back before a thread waits for something else.

The web server has few of them (portal.connection_pool): a page that waits for a model, for a drawing or for its reader
would keep other pages from asking.
"""

from django.db import connections


def give_back() -> None:
    """Close what this thread has open, or return it to its pool; not in the middle of a transaction."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def are_shared() -> bool:
    """Whether others wait for what this thread does not need; elsewhere a new connection would only cost time."""
    return any("pool" in connection.settings_dict["OPTIONS"] for connection in connections.all(initialized_only=True))
