"""The jobs that wait, grouped by the reason for it, and the one that has waited longest."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Min, Q, QuerySet, When

from documents.models import Document, IndexJob
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
    samples = _samples(jobs, now)
    oldest = min((job for job, _count in samples), key=lambda job: (job.created_at, job.pk), default=None)
    situation = situation_now([job.pk for job, _count in samples], patience_s)
    if oldest:
        oldest.document = Document.objects.select_related("collection").defer("sketch").get(pk=oldest.document_id)
    return Backlog(
        count=sum(count for _job, count in samples),
        oldest=oldest,
        words=words(decide(oldest, situation)) if oldest else None,
        groups=_groups(samples, situation),
        situation=situation,
    )


def _samples(jobs: QuerySet[IndexJob], now: datetime) -> list[tuple[IndexJob, int]]:
    """Jobs that stand for themselves or for so many like them, among them the oldest of each kind."""
    queued = Q(state=IndexJob.State.QUEUED)
    is_later = Q(not_before__isnull=False) & (Q(not_before__gt=now) | Q(error_code__in=MODEL_CODES))
    waiting = jobs.filter(queued | Q(state=IndexJob.State.RUNNING, lease_until__lt=now)).order_by()
    is_due = Case(When(queued & ~is_later, then=True), default=False)
    kinds = list(waiting.values("state", "error_code", due=is_due).annotate(count=Count("pk"), first=Min("pk")))
    apart = IndexJob.objects.in_bulk([kind["first"] for kind in kinds if not kind["due"]])
    front = list(waiting.filter(queued & ~is_later).order_by("created_at", "pk")[:FRONT])
    behind = sum(kind["count"] for kind in kinds if kind["due"]) - len(front)
    return [(job, 1 + (behind if job is front[-1] else 0)) for job in front] + [
        (apart[kind["first"]], kind["count"]) for kind in kinds if kind["first"] in apart
    ]


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
