"""Torments ingestion with what breaks in real life, and compares what comes out with a calm run of the same files.

Workers, broker and database are killed, paused and emptied at random moments; afterwards every document must be
searchable, with the chunks of the calm run, none of them twice, and never half of them visible on the way.
"""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import partial

import redis
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection, connections

from documents import ingestion, integrity
from documents.models import Collection, Document, IndexJob
from portal.chaos_watch import POLL_S, Watch, in_background
from portal.specimens import Specimen, specimens
from portal.supervisor import Supervisor
from portal.trial import child, patiently
from search.metrics import percentile

# A fault strikes so many seconds after work was seen going on: the next one finds something to destroy, too.
STRIKE_AFTER_S = (0.2, 6.0)
DOCUMENTS_PER_FAULT = 12
# How long a paused process stands still.
PAUSE_S = (3.0, 15.0)
GIVE_UP_S = 3_600.0
MOST_REASONS = 20
# Two runs put texts into batches of other shapes, which changes the last digits of a vector.
SAME_COSINE = 0.999


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the documents; recovery times in seconds from a kill until its jobs are claimed again.

    `reasons` say why documents were lost and what the check of the index found, the first of them.
    """

    documents: int
    seed: int
    calm_s: float
    chaos_s: float
    faults: dict[str, int]
    kills: int
    lost: int
    duplicated: int
    partial: int
    differing: int
    findings: int
    reasons: tuple[str, ...]
    recovery_p95_s: float
    recovery_max_s: float
    # The longest recoveries, each with what its job had been through.
    slowest: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        return not (self.lost or self.duplicated or self.partial or self.differing or self.findings)


def run(supervisor: Supervisor, count: int, seed: int, say: Callable[[str], None]) -> Report:
    """Index the same documents calmly and under faults, in two collections of this trial's database."""
    calm, tormented = (Collection.objects.create(name=name) for name in ("calm", "tormented"))
    calm_s = _timed(lambda: _ingest(calm, count, seed))
    say(f"calm run: {calm_s:.0f} s")
    watch = Watch(calm, tormented)
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    tormentor = _Tormentor(supervisor, chance, watch, count // DOCUMENTS_PER_FAULT, say)
    with watch.running(), tormentor.running():
        chaos_s = _timed(lambda: _ingest(tormented, count, seed))
    say(f"chaos run: {chaos_s:.0f} s")
    findings = list(integrity.findings())
    return Report(
        documents=count,
        seed=seed,
        calm_s=round(calm_s, 1),
        chaos_s=round(chaos_s, 1),
        faults=dict(tormentor.faults),
        kills=sum(count for name, count in tormentor.faults.items() if name.endswith("killed")),
        lost=count - Document.objects.filter(collection=tormented, state=Document.State.READY).count(),
        duplicated=_duplicated(tormented),
        partial=len(watch.partial),
        differing=_differing(calm, tormented),
        findings=len(findings),
        reasons=tuple([*_failures(tormented), *(f"{one.check}: {one.detail}" for one in findings)][:MOST_REASONS]),
        recovery_p95_s=round(percentile(watch.recoveries, 0.95), 1),
        recovery_max_s=round(max(watch.recoveries, default=0.0), 1),
        slowest=tuple(f"{took:.0f} s: {what}" for took, what in sorted(watch.histories, reverse=True)[:MOST_REASONS]),
    )


def _timed(work: Callable[[], None]) -> float:
    begin = time.monotonic()
    work()
    return time.monotonic() - begin


def _ingest(collection: Collection, count: int, seed: int) -> None:
    """Upload all documents and wait until none is under way."""
    for specimen in specimens(count, seed):
        patiently(partial(_accept, specimen, collection))
    deadline = time.monotonic() + GIVE_UP_S
    while patiently(lambda: Document.objects.filter(collection=collection).in_progress().exists()):
        if time.monotonic() > deadline:
            return
        time.sleep(POLL_S)


def _accept(specimen: Specimen, collection: Collection) -> None:
    # The answer to the first try may have been lost together with the connection.
    with suppress(ingestion.Rejected):
        file = ContentFile(specimen.content, name=specimen.file_name)
        ingestion.accept(file, collection=collection, uploaded_by=None)


class _Tormentor:
    """Does something bad whenever work goes on, as often as the number of documents allows."""

    def __init__(
        self,
        supervisor: Supervisor,
        chance: random.Random,
        watch: Watch,
        most: int,
        say: Callable[[str], None],
    ) -> None:
        self._supervisor = supervisor
        self._chance = chance
        self._watch = watch
        self._say = say
        self._most = most
        self._stopped = threading.Event()
        self.faults: Counter[str] = Counter()
        self._kinds: tuple[tuple[str, int, Callable[[], None]], ...] = (
            ("worker killed", 8, lambda: self._kill("worker", signal.SIGKILL)),
            ("worker paused", 3, self._pause),
            ("broker emptied", 2, self._empty),
            ("broker killed", 1, lambda: self._kill("redis", signal.SIGKILL)),
            ("database restarted", 2, lambda: self._kill("database", signal.SIGQUIT)),
            ("clock killed", 1, lambda: self._kill("beat", signal.SIGKILL)),
        )

    def running(self) -> AbstractContextManager[None]:
        return in_background(self._torment, self._stopped)

    def _torment(self) -> None:
        while not self._stopped.wait(POLL_S) and self.faults.total() < self._most:
            if not self._watch.sees_work():
                continue
            self._stopped.wait(self._chance.uniform(*STRIKE_AFTER_S))
            name, _weight, strike = self._chance.choices(self._kinds, [kind[1] for kind in self._kinds])[0]
            self.faults[name] += 1
            self._say(name)
            self._watch.expect_recovery()
            strike()
        connections.close_all()

    def _kill(self, name: str, number: signal.Signals) -> None:
        """Killed as a whole machine would lose it: the process and what it started. PostgreSQL ends its own."""
        with suppress(ProcessLookupError):
            if name == "database":
                os.kill(child(self._supervisor, name).process.pid, number)
            else:
                os.killpg(child(self._supervisor, name).process.pid, number)

    def _pause(self) -> None:
        process = child(self._supervisor, "worker").process
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGSTOP)
            self._stopped.wait(self._chance.uniform(*PAUSE_S))
            os.kill(process.pid, signal.SIGCONT)

    def _empty(self) -> None:
        with suppress(redis.RedisError), redis.Redis.from_url(settings.REDIS_URL) as client:
            client.flushall()


def _failures(collection: Collection) -> list[str]:
    jobs = IndexJob.objects.filter(document__collection=collection).exclude(state=IndexJob.State.DONE)
    return [f"{job.document.file_name}: {job.state} {job.error_code} {job.error_detail}" for job in jobs]


def _duplicated(collection: Collection) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM (SELECT 1 FROM documents_chunk WHERE collection_id = %s
                                  GROUP BY generation_id, document_id, ordinal HAVING count(*) > 1) AS twice
            """,
            [collection.pk],
        )
        return int(cursor.fetchone()[0])


def _differing(calm: Collection, tormented: Collection) -> int:
    """Chunks of one run that the other one lacks: same file, place, text and terms, and the same vector."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH named AS (SELECT chunk.*, document.file_name FROM documents_chunk AS chunk
                             JOIN documents_document AS document ON document.id = chunk.document_id
                            WHERE chunk.collection_id IN (%(calm)s, %(tormented)s))
            SELECT count(*)
              FROM (SELECT * FROM named WHERE collection_id = %(calm)s) AS one
              FULL JOIN (SELECT * FROM named WHERE collection_id = %(tormented)s) AS other
                ON other.file_name = one.file_name AND other.ordinal = one.ordinal
               AND other.generation_id = one.generation_id
             WHERE one.id IS NULL OR other.id IS NULL
                OR (one.start, one."end", one.page, one.text, one.term_ids)
                   IS DISTINCT FROM (other.start, other."end", other.page, other.text, other.term_ids)
                OR 1 - (one.embedding <=> other.embedding) < %(same)s
            """,
            {"calm": calm.pk, "tormented": tormented.pk, "same": SAME_COSINE},
        )
        return int(cursor.fetchone()[0])
