"""Looks on while ingestion is tormented: half-visible documents, and how long the jobs that were hit wait."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from django.db import connection, connections

from documents.models import Collection, IndexJob
from portal.trial import patiently

POLL_S = 0.2


@contextmanager
def in_background(work: Callable[[], None], stopped: threading.Event) -> Iterator[None]:
    """Let a thread work while the block lasts; it ends when `stopped` is set."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


@dataclass(slots=True)
class Watch:
    """Looks at the library all the time: half-visible documents, and jobs that wait for somebody after a fault."""

    calm: Collection
    tormented: Collection
    partial: set[str] = field(default_factory=set)
    histories: list[tuple[float, str]] = field(default_factory=list)
    _open: dict[int, "_Hit"] = field(default_factory=dict)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def running(self) -> AbstractContextManager[None]:
        return in_background(self._look, self._stopped)

    def sees_work(self) -> bool:
        """Whether a job that was not hit before is being worked on."""
        return any(job not in self._open for job, _attempt in patiently(self._running_jobs))

    def expect_recovery(self) -> None:
        """From now on, measure how long the jobs that run at this moment wait for their next claim or their end."""
        now = time.monotonic()
        for job, attempt in patiently(self._running_jobs):
            self._open.setdefault(job, _Hit(attempt, now))

    def _running_jobs(self) -> list[tuple[int, int]]:
        running = IndexJob.objects.filter(state=IndexJob.State.RUNNING, document__collection=self.tormented)
        return list(running.values_list("pk", "attempt"))

    def _look(self) -> None:
        while not self._stopped.wait(POLL_S):
            self.partial |= patiently(self._half_visible)
            patiently(self._note_recoveries)
        connections.close_all()

    def _half_visible(self) -> set[str]:
        """Documents of which some chunks, but not as many as in the calm run, are in the index right now."""
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT seen.file_name
                  FROM (SELECT document.file_name, count(*) AS number
                          FROM documents_chunk AS chunk JOIN documents_document AS document
                            ON document.id = chunk.document_id
                         WHERE chunk.collection_id = %s GROUP BY document.file_name) AS seen
                  JOIN documents_document AS calm ON calm.file_name = seen.file_name AND calm.collection_id = %s
                 WHERE seen.number <> calm.chunk_count
                """,
                [self.tormented.pk, self.calm.pk],
            )
            return {row[0] for row in cursor.fetchall()}

    @property
    def recoveries(self) -> list[float]:
        return [took for took, _what in self.histories]

    def _note_recoveries(self) -> None:
        rows = IndexJob.objects.filter(pk__in=list(self._open))
        for job, attempt, state, code in rows.values_list("pk", "attempt", "state", "error_code"):
            hit = self._open[job]
            took = time.monotonic() - hit.at
            if attempt > hit.attempt or state in (IndexJob.State.DONE, IndexJob.State.FAILED):
                self.histories.append((took, f"job {job}, {', '.join(hit.stations)}"))
                del self._open[job]
            elif not hit.stations or not hit.stations[-1].startswith(f"{state} {code}"):
                hit.stations.append(f"{state} {code} after {took:.0f} s")


@dataclass(slots=True)
class _Hit:
    """A job that was being worked on when something broke, and the states it was seen in since."""

    attempt: int
    at: float
    stations: list[str] = field(default_factory=list)
