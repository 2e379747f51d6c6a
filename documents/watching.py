"""What staff see of ingestion: the last hour, what runs, what waits and why, what failed, and who is there to work."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet
from django.utils import timezone

from documents.backlog import Backlog, backlog_of
from documents.failed import Failures, failures_of
from documents.library import pace
from documents.liveness import PATIENCE_S, Crew, Worker
from documents.models import Document, Generation, IndexJob
from documents.progress import Pace, Progress, progress_of
from documents.throughput import Hour, last_hour
from documents.waiting import Reason, Situation, Wait, Words, words

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# More than this run at a time only where many machines work; the numbers beside the list are whole.
SHOWN_RUNNING = 50


@dataclass(frozen=True, slots=True)
class Running:
    """A job that somebody works on, with who that is in short: machine and process."""

    job: IndexJob
    progress: Progress
    worker: str


@dataclass(frozen=True, slots=True)
class Hand:
    """A worker that answered, and what it has in hand."""

    worker: Worker
    jobs: list[Running]


@dataclass(frozen=True, slots=True)
class StageCount:
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Watch:
    alerts: list[Words]
    hour: Hour
    pace: Pace
    stages: list[StageCount]
    running: list[Running]
    backlog: Backlog
    hands: list[Hand]
    crew: Crew | None
    beaten_at: datetime | None
    clock_is_silent: bool
    failures: list[Failures]

    @property
    def running_count(self) -> int:
        return sum(stage.count for stage in self.stages)

    @property
    def is_busy(self) -> bool:
        return bool(self.running_count or self.backlog.count)


def watched_by(person: "type_Reader") -> QuerySet[Document]:
    """The documents that somebody looks after."""
    return Document.objects.writable_by(person)


def watch(person: "type_Reader") -> Watch:
    now, documents = timezone.now(), watched_by(person)
    # What releases do beside has pages of its own.
    jobs = IndexJob.objects.filter(generation__state=Generation.State.ACTIVE, document__in=documents.order_by())
    backlog = backlog_of(jobs, now, PATIENCE_S)
    under_way = jobs.filter(state=IndexJob.State.RUNNING, lease_until__gte=now)
    running = _running(under_way, backlog.situation)
    crew = backlog.situation.crew
    return Watch(
        alerts=_alerts(backlog.situation),
        hour=last_hour(jobs, now),
        pace=pace(documents, now),
        stages=_stages(under_way),
        running=running,
        backlog=backlog,
        hands=[Hand(worker, _in_hand(worker, running)) for worker in (crew.workers if crew else ())],
        crew=crew,
        beaten_at=backlog.situation.beaten_at,
        clock_is_silent=backlog.situation.clock_is_silent,
        failures=failures_of(documents),
    )


def _running(under_way: QuerySet[IndexJob], situation: Situation) -> list[Running]:
    jobs = under_way.select_related("document__collection").defer("document__sketch")
    return [
        Running(job, progress_of(job, situation), job.worker.rpartition(":")[0])
        for job in jobs.order_by("started_at", "pk")[:SHOWN_RUNNING]
    ]


def _stages(under_way: QuerySet[IndexJob]) -> list[StageCount]:
    """In the order in which a document goes through them."""
    counts = dict(under_way.order_by().values_list("stage").annotate(Count("pk")))
    return [StageCount(str(stage.label), counts[stage]) for stage in IndexJob.Stage if stage in counts]


def _in_hand(worker: Worker, running: list[Running]) -> list[Running]:
    return [one for one in running if worker.has(one.job.worker)]


def _alerts(situation: Situation) -> list[Words]:
    """What stops or will stop all work. Upkeep waits too while all workers are busy; that is no alert."""
    crew = situation.crew
    if crew is None:
        return []
    if not crew.broker_answers:
        return [words(Wait(Reason.NO_BROKER))]
    if not crew.workers:
        return [words(Wait(Reason.NO_WORKER))]
    return [words(Wait(Reason.NO_CLOCK))] if situation.idle and situation.clock_is_silent else []
