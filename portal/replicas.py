"""Which database a search reads: a copy of the primary that is near enough to it, or the primary itself.

Only statements that rank chunks may go to a copy. Who may read what is decided on the primary before them, and what is
shown is read from the primary after them (decision 22).
"""

import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connection, connections, models

logger = logging.getLogger(__name__)

PREFIX = "replica-"
# How long it is believed which copy is near enough.
KEPT_S = 1.0
# How long one that does not answer is not asked again: whoever asks may have to wait for its time-out.
AWAY_S = 5.0


class Router:
    """Sends a search's statements to a copy, and everything else where it always goes."""

    def db_for_read(self, model: type[models.Model], **hints: object) -> str | None:
        if not hints.get("ranks") or connection.in_atomic_block:
            return None
        return watch.chosen()

    def allow_migrate(self, db: str, app_label: str, **_hints: object) -> bool | None:
        return False if db.startswith(PREFIX) else None


def aliases() -> list[str]:
    return [alias for alias in connections if alias.startswith(PREFIX)]


@dataclass(slots=True)
class Watch:
    """Looks now and then how far each copy is behind; of those that are near enough it chooses one after the other."""

    alias: str = DEFAULT_DB_ALIAS
    _looked_at: float = float("-inf")
    _away_until: dict[str, float] = field(default_factory=dict)
    _turns: "count[int]" = field(default_factory=count)
    _looking: threading.Lock = field(default_factory=threading.Lock)

    def chosen(self) -> str:
        """The database to read from; one thread looks while the others go by what was seen last."""
        names = aliases()
        if names and time.monotonic() - self._looked_at > KEPT_S and self._looking.acquire(blocking=False):
            try:
                self._look(names)
            finally:
                self._looking.release()
        return self.alias if names else DEFAULT_DB_ALIAS

    def _look(self, names: list[str]) -> None:
        near = [alias for alias in names if self._is_near(alias)]
        self._note(near[next(self._turns) % len(near)] if near else DEFAULT_DB_ALIAS)
        self._looked_at = time.monotonic()

    def _is_near(self, alias: str) -> bool:
        if time.monotonic() < self._away_until.get(alias, 0.0):
            return False
        written, now = _end_of_primary()
        try:
            return bool(lag_s(alias, written, now) <= settings.REPLICA_MAX_LAG_S)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("%s does not answer: %s", alias, error)
            connections[alias].close()
            self._away_until[alias] = time.monotonic() + AWAY_S
            return False

    def _note(self, alias: str) -> None:
        if alias == DEFAULT_DB_ALIAS and self.alias != alias:
            logger.warning("no replica is near enough, searches read from the primary")
        self.alias = alias


watch = Watch()


def _end_of_primary() -> tuple[str, datetime]:
    """Up to where the primary has written, and its clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()::text, clock_timestamp()")
        written, now = cursor.fetchone()
        return written, now


def lag_s(alias: str, written: str, now: datetime) -> float:
    """How many seconds a copy is at most behind what the primary had `written` by its own clock.

    Nothing if it has all of that; else since the last commit that it has, both by the primary's clock. Infinite for
    what is no copy, as one that was made a primary by itself. Raises DatabaseError.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() >= %s::pg_lsn, pg_last_xact_replay_timestamp()",
            [written],
        )
        is_copy, has_all, replayed = cursor.fetchone()
    if not is_copy:
        return float("inf")
    if has_all:
        return 0.0
    return float("inf") if replayed is None else float((now - replayed).total_seconds())
