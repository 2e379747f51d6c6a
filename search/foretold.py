"""A forecast as people read it: figures in round numbers, each with its margin."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.utils import timezone

from documents.failures import Explanation, explain
from documents.models import PlannedRelease
from documents.releases.forecast import Forecast
from search import durations

# A worker that has nothing else to do takes it up within a second or two.
PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Foretold:
    planned: PlannedRelease
    forecast: Forecast | None
    failure: Explanation | None

    @classmethod
    def of(cls, planned: PlannedRelease) -> Self:
        failure = explain(planned.error_code) if planned.error_code else None
        return cls(planned, Forecast.from_json(planned.forecast), failure)

    @property
    def percent(self) -> int:
        return round(100 * self.planned.share)

    @property
    def waits_long(self) -> bool:
        """Nobody has taken it up though there was time."""
        return self.planned.started_at is None and timezone.now() - self.planned.asked_at > PATIENCE

    @property
    def time(self) -> str:
        return durations.words(self.forecast.seconds) if self.forecast else ""

    @property
    def shortest(self) -> str:
        return durations.words(self.forecast.seconds - self.forecast.seconds_error) if self.forecast else ""

    @property
    def longest(self) -> str:
        return durations.words(self.forecast.seconds + self.forecast.seconds_error) if self.forecast else ""

    @property
    def ready_at(self) -> datetime | None:
        return self.forecast.ready_at if self.forecast else None

    @property
    def truncated_percent(self) -> int:
        return round(100 * self.forecast.truncated_share) if self.forecast else 0

    @property
    def copied_percent(self) -> int:
        return round(100 * self.forecast.copied_share) if self.forecast else 0
