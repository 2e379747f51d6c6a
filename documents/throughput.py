"""How many documents ended in each minute of the last hour, and the bars that are drawn of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMinute

from documents.models import IndexJob

MINUTES = 60
# The picture's units; it is stretched to the width there is.
SLOT, GAP, HEIGHT = 10, 2, 100


@dataclass(frozen=True, slots=True)
class Minute:
    at: datetime
    done: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.done + self.failed


@dataclass(frozen=True, slots=True)
class Bar:
    """One minute: what became searchable stands on the ground, what failed on top of it."""

    minute: Minute
    x: int
    done_height: int
    failed_height: int

    @property
    def done_y(self) -> int:
        return HEIGHT - self.done_height

    @property
    def failed_y(self) -> int:
        return self.done_y - self.failed_height


@dataclass(frozen=True, slots=True)
class Hour:
    """The chart and what it says in numbers."""

    bars: list[Bar]
    busiest: Minute
    total: int
    failed: int

    width = MINUTES * SLOT
    bar_width = SLOT - GAP
    height = HEIGHT


def last_hour(jobs: QuerySet[IndexJob], now: datetime) -> Hour:
    minutes = _minutes(jobs, now)
    busiest = max(minutes, key=lambda minute: minute.total)
    return Hour(
        bars=[_bar(place, minute, busiest.total) for place, minute in enumerate(minutes) if minute.total],
        busiest=busiest,
        total=sum(minute.total for minute in minutes),
        failed=sum(minute.failed for minute in minutes),
    )


def _minutes(jobs: QuerySet[IndexJob], now: datetime) -> list[Minute]:
    """All minutes of the hour, the one that runs now last."""
    last = now.replace(second=0, microsecond=0)
    slots = [last - timedelta(minutes=back) for back in reversed(range(MINUTES))]
    ended = jobs.filter(finished_at__gte=slots[0], state__in=[IndexJob.State.DONE, IndexJob.State.FAILED])
    failed = Count("pk", filter=Q(state=IndexJob.State.FAILED))
    rows = ended.order_by().values(minute=TruncMinute("finished_at")).annotate(total=Count("pk"), failed=failed)
    found = {row["minute"]: Minute(row["minute"], row["total"] - row["failed"], row["failed"]) for row in rows}
    return [found.get(slot, Minute(slot)) for slot in slots]


def _bar(place: int, minute: Minute, most: int) -> Bar:
    return Bar(minute, place * SLOT, _height(minute.done, most), _height(minute.failed, most))


def _height(count: int, most: int) -> int:
    """Whatever happened at all is seen."""
    return max(round(count / most * (HEIGHT - 4)), 2) if count else 0
