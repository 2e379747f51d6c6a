"""What a release will take, told before it is begun: windows, tokens, time, money, disk, memory, each with its error.

Counted in a sample of the library and measured on this machine. What else the workers do meanwhile is not foreseen.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Self

from django.utils import timezone

from documents import liveness
from documents.generations import Plan
from documents.models import EmbeddingModel
from documents.releases import sizes
from documents.releases.estimates import Estimate
from documents.releases.probe import Speed, probe
from documents.releases.sampling import Sample, sample, searchable

# What a job asks and writes beside its windows: finding and claiming it, renewing its lease, closing it, and telling of
# the next, in queries for a row as the ORM makes them: most are less work.
JOB_QUERIES = 22
JOB_COMMITS = 7
# A worker hears of a job by a message and sends the next: as much again.
WITH_MESSAGES = 2
# No probe of some seconds knows the next hours better than this.
LEAST_TIME_ERROR = 0.1
# An index that is built while documents come in reads the table twice.
BESIDE_WRITERS = 2
MILLION = 1_000_000
# Of the work, the share that is counting; the other is probing. For the progress that people see.
COUNTING_SHARE = 0.45

Report = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Errors are half the width of a 95 % interval, shares from 0 to 1, money in US dollars.

    `unread` documents have no text yet and are in none of the figures. `seconds` end when the indexes stand.
    """

    documents: int = 0
    unread: int = 0
    windows: int = 0
    windows_error: int = 0
    tokens: int = 0
    tokens_error: int = 0
    truncated_share: float = 0.0
    copied_share: float = 0.0
    seconds: float = 0.0
    seconds_error: float = 0.0
    money: float = 0.0
    disk_bytes: int = 0
    memory_bytes: int = 0
    # Documents and windows that it was learned from, and threads on each of the machines that will work.
    counted_documents: int = 0
    probed_windows: int = 0
    threads: int = 1
    machines: int = 1
    made_at: datetime | None = None

    @property
    def ready_at(self) -> datetime:
        """When it would be ready if it were begun now."""
        return timezone.now() + timedelta(seconds=self.seconds)

    @property
    def is_sampled(self) -> bool:
        return self.counted_documents < self.documents

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"made_at": self.made_at.isoformat() if self.made_at else None}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self | None:
        """What `as_json` gave, or None; figures that an older version did not know are 0."""
        if not stored:
            return None
        known = {field.name: stored[field.name] for field in fields(cls) if field.name in stored}
        made_at = known.get("made_at")
        return cls(**known | {"made_at": datetime.fromisoformat(made_at) if made_at else None})


def forecast(plan: Plan, report: Report | None = None) -> Forecast:
    """Foretell a release; takes some twenty seconds of this machine. `report` is told what share of it has passed.

    Raises IndexingFailure if the model cannot be used.
    """
    report = report or (lambda share: None)
    counted = sample(plan, lambda done, total: report(COUNTING_SHARE * done / total))
    told = _counted(plan, counted)
    if not any(one.passages for one in counted.all):
        return told
    crew = _Crew.at_work()
    speed = probe(plan, counted, crew.threads, lambda share: report(COUNTING_SHARE + (1 - COUNTING_SHARE) * share))
    seconds = _seconds(told, counted, speed, crew)
    characters = _mean_characters(counted)
    return replace(
        told,
        threads=crew.threads,
        machines=crew.machines,
        seconds=round(max(seconds.value, _limited_s(plan.model, told)), 1),
        seconds_error=round(seconds.error, 1),
        disk_bytes=sizes.disk_bytes(told.windows, characters, speed.written),
        probed_windows=speed.written.windows,
    )


@dataclass(frozen=True, slots=True)
class _Crew:
    """Who will work: so many machines with so many threads on each, told by messages, or this process alone."""

    threads: int = 1
    machines: int = 1
    is_told: bool = False

    @classmethod
    def at_work(cls) -> Self:
        crew = liveness.lookout.crew()
        threads = Counter[str]()
        for worker in crew.workers if crew else ():
            threads[worker.host] += worker.threads
        return cls(max(threads.values()), len(threads), is_told=True) if threads else cls()


def _counted(plan: Plan, counted: Sample) -> Forecast:
    windows = counted.total(lambda one: len(one.passages))
    tokens = counted.total(lambda one: one.tokens)
    copied = counted.total(lambda one: one.copied).value / max(windows.value, 1)
    truncated = counted.total(lambda one: one.truncated).value / max(windows.value, 1)
    price = float(plan.model.price_per_million_tokens)
    return Forecast(
        documents=counted.documents,
        unread=searchable().filter(pages=None).in_progress().count(),
        windows=round(windows.value),
        windows_error=math.ceil(windows.error),
        tokens=round(tokens.value),
        tokens_error=math.ceil(tokens.error),
        truncated_share=round(truncated, 4),
        copied_share=round(copied, 4),
        money=round(tokens.value * (1 - copied) * price / MILLION, 4),
        memory_bytes=sizes.memory_bytes(plan, round(windows.value)),
        counted_documents=len(counted.all),
        made_at=timezone.now(),
    )


def _seconds(told: Forecast, counted: Sample, speed: Speed, crew: _Crew) -> Estimate:
    """Embedding and analysing by all threads, beside which each reads and writes; then the indexes, one by one."""
    written, computed = speed.written, speed.computed
    reading_s = counted.total(lambda one: one.seconds).value
    writing_s = told.windows * written.rows_s / written.windows
    job_s = JOB_QUERIES * speed.trips.query_s + JOB_COMMITS * speed.trips.commit_s
    jobs_s = told.documents * job_s * (WITH_MESSAGES if crew.is_told else 1)
    alone_s = (reading_s + writing_s + jobs_s) / crew.threads
    computing_s = told.windows * computed.per_window_s.value * (1 - told.copied_share * computed.embedding_share)
    seconds = (computing_s + alone_s) / crew.machines + _indexing_s(told.windows, speed)
    windows_error = told.windows_error / told.windows if told.windows else 0.0
    error = math.hypot(computed.per_window_s.relative_error, windows_error, LEAST_TIME_ERROR)
    return Estimate(seconds, seconds * min(error, 1.0))


def _indexing_s(windows: int, speed: Speed) -> float:
    """Indexes grow with the number of rows; a graph of neighbours a little faster, with its logarithm."""
    written = speed.written
    times = windows / written.windows
    deeper = math.log(windows + 1) / math.log(written.windows + 1)
    seconds = sum(took * (deeper if name == "vectors" else 1) for name, took in written.index_s.items())
    return BESIDE_WRITERS * times * seconds


def _limited_s(model: EmbeddingModel, told: Forecast) -> float:
    """What the limit of an endpoint alone makes of it."""
    if not model.tokens_per_minute:
        return 0.0
    return 60 * told.tokens * (1 - told.copied_share) / model.tokens_per_minute


def _mean_characters(counted: Sample) -> float:
    lengths = [len(passage.text) for one in counted.all for passage in one.passages]
    return sum(lengths) / len(lengths)
