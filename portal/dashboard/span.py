"""The days that the dashboard looks at, as they are in the portal's time zone; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

# More days than these are drawn week by week.
MOST_BARS = 92
WEEK = 7


@dataclass(frozen=True, slots=True)
class Step:
    """What one bar stands for: a day, or some days."""

    first: date
    last: date

    @property
    def label(self) -> str:
        return self.first.isoformat() if self.first == self.last else f"{self.first} – {self.last}"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    @property
    def begin(self) -> datetime:
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The moment behind the last day."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def steps(self) -> Iterator[Step]:
        """Days, or weeks that end with the last day, without a gap; the first week may be shorter."""
        length = 1 if self.days <= MOST_BARS else WEEK
        short = self.days % length
        start = self.first - timedelta(days=length - short if short else 0)
        while start <= self.last:
            behind = start + timedelta(days=length)
            yield Step(max(start, self.first), behind - timedelta(days=1))
            start = behind


def last_days(count: int, today: date) -> Span:
    return Span(today - timedelta(days=count - 1), today)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
