"""Who is there to work: the workers that answer through the broker, and the clock that sends the upkeep."""

import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from celery.exceptions import CeleryError
from django.db.models.functions import Now
from django.utils import timezone
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from documents.models import Heartbeat

logger = logging.getLogger(__name__)

ANSWER_TIMEOUT_S = 1.0
# A person waits for this. A broker that hangs is known by then, and one that hangs worse holds up nobody.
PATIENCE_S = 1.5
BROKER_TIMEOUT_S = 0.8
# Whoever looks within this time gets the same answer.
FRESH_S = 5.0
# An answer that is older tells nothing any more.
STALE_S = 30.0
CLOCK = "upkeep"
# Upkeep comes every half minute; a clock that is silent for longer than this has stopped.
CLOCK_SILENCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Worker:
    """One process that takes jobs, and how many at a time."""

    host: str
    process_id: int
    threads: int

    def has(self, claimed_by: str) -> bool:
        """Tell whether it wrote this into the row of a job that it has claimed."""
        return claimed_by.startswith(f"{self.host}:{self.process_id}:")


@dataclass(frozen=True, slots=True)
class Crew:
    """What the broker and the workers answered."""

    broker_answers: bool
    workers: tuple[Worker, ...] = ()

    @property
    def threads(self) -> int:
        return sum(worker.threads for worker in self.workers)


class Lookout:
    """Asks in a thread of its own and remembers the answer, so that nobody waits for a broker that hangs."""

    def __init__(self, ask: Callable[[], Crew]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._crew: Crew | None = None
        self._answered_at = float("-inf")
        self._answering: threading.Event | None = None

    def crew(self, patience_s: float = PATIENCE_S) -> Crew | None:
        """Return the last answer unless it is old; then wait for the next one, so long. None means not known yet."""
        with self._lock:
            age_s = time.monotonic() - self._answered_at
            answering = None if age_s < FRESH_S else (self._answering or self._start())
        if answering and age_s > STALE_S:
            answering.wait(patience_s)
        return self._crew if time.monotonic() - self._answered_at < STALE_S else None

    def _start(self) -> threading.Event:
        answering = self._answering = threading.Event()
        threading.Thread(target=self._answer, args=[answering], name="lookout", daemon=True).start()
        return answering

    def _answer(self, answering: threading.Event) -> None:
        try:
            crew = self._ask()
            with self._lock:
                self._crew, self._answered_at = crew, time.monotonic()
        finally:
            with self._lock:
                self._answering = None
            answering.set()


def ask() -> Crew:
    """Ask the broker for the workers; takes as long as the workers may take to answer."""
    patience = {"socket_timeout": BROKER_TIMEOUT_S, "socket_connect_timeout": BROKER_TIMEOUT_S, "max_retries": 0}
    try:
        with current_app.connection_for_write(transport_options=patience) as broker:
            answers = current_app.control.broadcast("stats", reply=True, timeout=ANSWER_TIMEOUT_S, connection=broker)
    except (KombuError, CeleryError, RedisError, OSError) as error:
        logger.warning("broker not reachable, nobody knows of workers: %s", error)
        return Crew(broker_answers=False)
    return Crew(True, tuple(_worker(name, facts) for answer in answers or [] for name, facts in answer.items()))


lookout = Lookout(ask)


def beat() -> None:
    """Note that upkeep has run, on the database's clock."""
    Heartbeat.objects.update_or_create(name=CLOCK, defaults={"beaten_at": Now()})


def last_beat() -> datetime | None:
    return Heartbeat.objects.filter(name=CLOCK).values_list("beaten_at", flat=True).first()


def clock_is_silent() -> bool:
    beaten = last_beat()
    return beaten is None or timezone.now() - beaten > CLOCK_SILENCE


def _worker(name: str, facts: dict[str, object]) -> Worker:
    pool = facts.get("pool")
    threads = pool.get("max-concurrency") if isinstance(pool, dict) else None
    process_id = facts.get("pid")
    return Worker(
        host=name.partition("@")[2] or socket.gethostname(),
        process_id=process_id if isinstance(process_id, int) else 0,
        threads=threads if isinstance(threads, int) else 1,
    )
