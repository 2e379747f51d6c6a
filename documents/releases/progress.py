"""How far a release is: its stage, its rate, the time that is left, what failed, and how true the forecast was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Min, Q, Sum
from django.utils import timezone

from documents.failures import Explanation, explain
from documents.models import Document, Generation, IndexJob
from documents.releases import building, sizes
from documents.releases.forecast import Forecast

# Jobs that ended within this time tell the rate, and less than so many seconds tell none.
RATE_WINDOW = timedelta(minutes=5)
SHORTEST_SPAN_S = 5.0
# Documents of each reason that are named.
NAMED = 5
# Stands beside the figures of the forecast.
HELD = "held"


class Stage(StrEnum):
    PAUSED = "paused"
    DOCUMENTS = "documents"
    DECISION = "decision"
    INDEXES = "indexes"
    CALIBRATION = "calibration"
    READY = "ready"
    ACTIVE = "active"
    RETIRED = "retired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Failed:
    """Documents that could not be entered for one reason; the first few of them."""

    code: str
    words: Explanation
    count: int
    first: list[Document]


@dataclass(frozen=True, slots=True)
class Progress:
    """`windows` have their vectors, of about `windows_total`; `rate` is windows a second, None if not known yet."""

    stage: Stage
    documents: int
    documents_total: int
    windows: int
    windows_total: int
    rate: float | None
    failed: list[Failed]

    @property
    def share(self) -> float:
        return min(self.windows / self.windows_total, 1.0) if self.windows_total else 0.0

    @property
    def percent(self) -> int:
        """100 only when no document is left."""
        return 100 if self.documents == self.documents_total else min(int(100 * self.share), 99)

    @property
    def per_minute(self) -> int | None:
        return round(60 * self.rate) if self.rate else None

    @property
    def left_s(self) -> float | None:
        return max(self.windows_total - self.windows, 0) / self.rate if self.rate else None

    @property
    def failed_count(self) -> int:
        return sum(one.count for one in self.failed)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was foretold, beside what happened; seconds without those of pauses."""

    foretold: Forecast
    took_s: float
    windows: int
    copied_share: float
    disk_bytes: int


def progress_of(generation: Generation) -> Progress:
    jobs = generation.jobs.aggregate(
        total=Count("pk"),
        ended=Count("pk", filter=Q(state__in=[IndexJob.State.DONE, IndexJob.State.FAILED])),
        under_way=Sum("progress_done", filter=Q(state=IndexJob.State.RUNNING, stage=IndexJob.Stage.EMBED)),
    )
    failed = failures_by_reason(generation)
    windows = generation.chunk_count + (jobs["under_way"] or 0)
    return Progress(
        stage=_stage(generation, jobs["total"] - jobs["ended"], has_failed=bool(failed)),
        documents=jobs["ended"],
        documents_total=jobs["total"],
        windows=windows,
        windows_total=max(_windows_total(generation, jobs), windows),
        rate=_rate(generation, timezone.now()),
        failed=failed,
    )


def failures_by_reason(generation: Generation) -> list[Failed]:
    """The failures that somebody has to decide about, the most frequent reason first."""
    by_code: dict[str, list[Document]] = {}
    for job in building.failures(generation).defer("document__sketch"):
        by_code.setdefault(job.error_code, []).append(job.document)
    found = [Failed(code, explain(code), len(rows), rows[:NAMED]) for code, rows in by_code.items()]
    return sorted(found, key=lambda one: -one.count)


def outcome_of(generation: Generation) -> Outcome | None:
    """As it was when the release became ready; None before that, or if nothing was foretold."""
    foretold, held = Forecast.from_json(generation.forecast), generation.forecast.get(HELD)
    return Outcome(foretold, **held) if foretold and held else None


def keep_outcome(generation: Generation) -> None:
    """Note how a release that has just become ready turned out, before other documents come and go."""
    generation.refresh_from_db()
    if not generation.forecast or generation.built_at is None or HELD in generation.forecast:
        return
    vectors = generation.computed_count + generation.copied_count
    held = {
        "took_s": (generation.built_at - generation.created_at).total_seconds() - generation.paused_s,
        "windows": generation.chunk_count,
        "copied_share": generation.copied_count / vectors if vectors else 0.0,
        "disk_bytes": sizes.bytes_of(generation),
    }
    generation.forecast = {**generation.forecast, HELD: held}
    generation.save(update_fields=["forecast"])


_STAGES = {Generation.State.ACTIVE: Stage.ACTIVE, Generation.State.READY: Stage.READY}


def _stage(generation: Generation, unfinished: int, *, has_failed: bool) -> Stage:
    if generation.state == Generation.State.RETIRED:
        return Stage.RETIRED if generation.built_at else Stage.CANCELLED
    if generation.state == Generation.State.BUILDING:
        return _building_stage(generation, unfinished, has_failed=has_failed)
    if generation.state == Generation.State.READY and generation.chunk_count and generation.calibrated_at is None:
        return Stage.CALIBRATION
    return _STAGES[Generation.State(generation.state)]


def _building_stage(generation: Generation, unfinished: int, *, has_failed: bool) -> Stage:
    if generation.paused_at:
        return Stage.PAUSED
    if unfinished:
        return Stage.DOCUMENTS
    return Stage.DECISION if has_failed else Stage.INDEXES


def _windows_total(generation: Generation, jobs: Mapping[str, int]) -> int:
    """As foretold, or as many for each document as those had that are in."""
    if foretold := Forecast.from_json(generation.forecast):
        return foretold.windows
    return round(generation.chunk_count * jobs["total"] / jobs["ended"]) if jobs["ended"] else 0


def _rate(generation: Generation, now: datetime) -> float | None:
    """Windows a second of the last minutes; a finished job keeps how many it had."""
    recent = generation.jobs.filter(state=IndexJob.State.DONE, finished_at__gte=now - RATE_WINDOW)
    found = recent.aggregate(windows=Sum("progress_total"), first=Min("started_at"))
    if not found["windows"]:
        return None
    span_s = min((now - found["first"]).total_seconds(), RATE_WINDOW.total_seconds())
    return float(found["windows"] / max(span_s, SHORTEST_SPAN_S))
