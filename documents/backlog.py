"""The jobs that wait, grouped by the reason for it, and the one that has waited longest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from documents.models import IndexJob
from documents.situation import situation_now
from documents.waiting import MODEL_CODES, Reason, Situation, Wait, Words, decide, words

# The front of the queue is looked at one by one; what stands behind it waits for the same reason as its end.
FRONT = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """Jobs that wait for one reason."""

    words: Words
    count: int


@dataclass(frozen=True, slots=True)
class Backlog:
    count: int
    oldest: IndexJob | None
    # Why the oldest one waits.
    words: Words | None
    groups: list[Waiting]
    situation: Situation


def backlog_of(jobs: QuerySet[IndexJob], now: datetime, patience_s: float) -> Backlog:
    """Look at `jobs`, those that somebody may see; the workers are waited for so long."""
    samples = list(_samples(jobs, now))
    oldest = _waiting(jobs, now).select_related("document__collection").order_by("created_at", "pk").first()
    seen = {job.pk for job, _count in samples} | ({oldest.pk} if oldest else set())
    situation = situation_now(seen, patience_s)
    return Backlog(
        count=sum(count for _job, count in samples),
        oldest=oldest,
        words=words(decide(oldest, situation)) if oldest else None,
        groups=_groups(samples, situation),
        situation=situation,
    )


def _waiting(jobs: QuerySet[IndexJob], now: datetime) -> QuerySet[IndexJob]:
    given_up = Q(state=IndexJob.State.RUNNING, lease_until__lt=now)
    return jobs.filter(Q(state=IndexJob.State.QUEUED) | given_up)


def _samples(jobs: QuerySet[IndexJob], now: datetime) -> Iterator[tuple[IndexJob, int]]:
    """Yield jobs that stand for themselves or for so many like them."""
    queued = jobs.filter(state=IndexJob.State.QUEUED)
    is_later = Q(not_before__isnull=False) & (Q(not_before__gt=now) | Q(error_code__in=MODEL_CODES))
    yield from _in_order(queued.exclude(is_later))
    for row in queued.filter(is_later).order_by().values("error_code").annotate(count=Count("pk")):
        first = queued.filter(is_later, error_code=row["error_code"]).order_by("not_before").first()
        if first:
            yield first, row["count"]
    lost = jobs.filter(state=IndexJob.State.RUNNING, lease_until__lt=now)
    if first := lost.first():
        yield first, lost.count()


def _in_order(due: QuerySet[IndexJob]) -> Iterator[tuple[IndexJob, int]]:
    front = list(due.order_by("created_at", "pk")[:FRONT])
    behind = due.count() - len(front) if len(front) == FRONT else 0
    for job in front:
        yield job, 1 + (behind if job is front[-1] else 0)


def _groups(samples: list[tuple[IndexJob, int]], situation: Situation) -> list[Waiting]:
    """The largest group first, each told by the first of its waits."""
    told: dict[tuple[Reason, str], Wait] = {}
    counts: dict[tuple[Reason, str], int] = {}
    for job, count in samples:
        wait = decide(job, situation)
        key = (wait.reason, wait.error_code)
        told.setdefault(key, wait)
        counts[key] = counts.get(key, 0) + count
    return [Waiting(words(told[key]), counts[key]) for key in sorted(counts, key=counts.__getitem__, reverse=True)]
