"""How fast this machine makes the planned index: real documents, embedded and written as a worker would, for a while.

What is written only this transaction sees. Bounded in time; a model that costs money is asked for very little.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from threading import Lock

from django.db import connection, connections

from documents import generations, index
from documents.embedding.embedders import embedder_of
from documents.embedding.vectors import Embedder
from documents.generations import Plan
from documents.index import Entry
from documents.indexing import EMBED_STEP, Passage, embedded
from documents.models import Document, EmbeddingModel
from documents.releases import estimates, shadow
from documents.releases.estimates import Estimate
from documents.releases.sampling import Counted, Sample

COMPUTE_TIME_S = 9.0
# Steps of up to EMBED_STEP windows that an endpoint is asked for, which may cost money.
PAID_STEPS = 2
# The first texts take longer: the model is loaded, memory is asked for.
WARM_UP_WINDOWS = 8
# Enough of them to tell what one takes.
TRIPS = 30
SEED = 6

Report = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Step:
    """Windows of one document that are embedded and written at once."""

    document: Document
    passages: list[Passage]


@dataclass(frozen=True, slots=True)
class Timed:
    """A step that was computed: its rows, and the seconds of embedding and of all else."""

    entries: list[Entry]
    embedding_s: float
    analysing_s: float

    @property
    def seconds(self) -> float:
        return self.embedding_s + self.analysing_s


@dataclass(frozen=True, slots=True)
class Computed:
    """Seconds for a window, by so many threads together; `embedding_share` of it a copied vector saves."""

    per_window_s: Estimate
    embedding_share: float


@dataclass(frozen=True, slots=True)
class Written:
    """What so many windows took in the database: seconds by one thread, and bytes. Indexes by name."""

    windows: int
    rows_s: float
    rows_bytes: int
    index_s: dict[str, float]
    index_bytes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Trips:
    """Seconds of a query for a row, as the ORM makes it, and of the smallest write that is safe on the disk."""

    query_s: float
    commit_s: float


@dataclass(frozen=True, slots=True)
class Speed:
    computed: Computed
    written: Written
    trips: Trips


def probe(plan: Plan, sample: Sample, threads: int, report: Report = lambda share: None) -> Speed:
    """Make a part of the index and throw it away. The sample has a window at least. Takes some fifteen seconds.

    `report` is told the share of the time that has passed. Raises IndexingFailure if the model cannot be used.
    """
    embedder = embedder_of(plan.generation())
    steps = _steps(sample)
    if plan.model.provider == EmbeddingModel.Provider.OPENAI:
        steps = steps[:PAID_STEPS]
    else:
        _warm_up(steps, embedder)
    shares = _computed(steps, embedder, threads, report)
    return Speed(_summed(shares), _written(plan, list(chain.from_iterable(shares))), _trips())


def _warm_up(steps: Sequence[Step], embedder: Embedder) -> None:
    """Load the model, and the analyser of Korean if there is any."""
    korean = [passage for step in steps for passage in step.passages if passage.language == "ko"]
    for some in (steps[0].passages, korean):
        _timed(Step(steps[0].document, some[:WARM_UP_WINDOWS]), embedder)


def _steps(sample: Sample) -> list[Step]:
    """Every step of the sampled documents, in random order, those that stand for many rather in front.

    Efraimidis and Spirakis, Weighted random sampling with a reservoir, 2006.
    """
    draw = random.Random(SEED).random  # noqa: S311 - not for secrets
    keyed = [(draw() ** (1 / weight), step) for one, weight in sample.weighted for step in _of(one)]
    return [step for _key, step in sorted(keyed, key=lambda pair: -pair[0])]


def _of(counted: Counted) -> Iterator[Step]:
    """The windows of a document as they are embedded: by length."""
    passages = sorted(counted.passages, key=lambda passage: len(passage.embedded_text))
    for low in range(0, len(passages), EMBED_STEP):
        yield Step(counted.document, passages[low : low + EMBED_STEP])


def _computed(steps: Sequence[Step], embedder: Embedder, threads: int, report: Report) -> list[list[Timed]]:
    """What each of the threads computed in the time there is; each at least one step, if there are so many."""
    left, lock = iter(steps), Lock()
    began = time.monotonic()

    def work() -> list[Timed]:
        mine: list[Timed] = []
        try:
            while not mine or time.monotonic() - began < COMPUTE_TIME_S:
                with lock:
                    step = next(left, None)
                if step is None:
                    break
                mine.append(_timed(step, embedder))
                report(min((time.monotonic() - began) / COMPUTE_TIME_S, 1.0))
        finally:
            if threads > 1:
                connections.close_all()
        return mine

    if threads == 1:
        return [work()]
    with ThreadPoolExecutor(threads, thread_name_prefix="probe") as pool:
        return [share for share in pool.map(lambda _number: work(), range(threads)) if share]


def _timed(step: Step, embedder: Embedder) -> Timed:
    began = time.perf_counter()
    vectors = [vector for _positions, vectors in embedded(step.passages, embedder) for vector in vectors]
    between = time.perf_counter()
    # Windows come back in the order of their length, which is the order of the step.
    entries = index.entries(step.document, step.passages, vectors)
    return Timed(entries, between - began, time.perf_counter() - between)


def _summed(shares: Sequence[Sequence[Timed]]) -> Computed:
    """Threads that work side by side add up their windows per second."""
    windows_a_second = sum(
        sum(len(step.entries) for step in share) / sum(step.seconds for step in share) for share in shares
    )
    steps = list(chain.from_iterable(shares))
    spread = estimates.rate([(len(step.entries), step.seconds) for step in steps])
    embedding_s = sum(step.embedding_s for step in steps)
    per_window_s = 1 / windows_a_second
    return Computed(
        Estimate(per_window_s, per_window_s * spread.relative_error),
        embedding_s / sum(step.seconds for step in steps),
    )


def _written(plan: Plan, steps: Sequence[Timed]) -> Written:
    with shadow.shadow_index(plan) as generation:
        rows_s = sum(_seconds(partial(index.add, generation, step.entries)) for step in steps)
        generation.refresh_from_db()
        build = partial(generations.create_index, generation)
        return Written(
            windows=sum(len(step.entries) for step in steps),
            rows_s=rows_s,
            rows_bytes=shadow.table_bytes(generation),
            index_s={name: _seconds(partial(build, name)) for name in generations.INDEXES},
            index_bytes={name: shadow.index_bytes(generation, name) for name in generations.INDEXES},
        )


def _trips() -> Trips:
    """On a quick machine the smallest query there is tells nothing: most of the time goes into making one."""
    return Trips(_seconds(_look) / TRIPS, _seconds(_write) / TRIPS)


# Goes into the log of the database alone, and through to the disk.
_COMMIT = "SELECT pg_logical_emit_message(true, 'forecast', '')"


def _look() -> None:
    for _trip in range(TRIPS):
        Document.objects.filter(pk=0).first()


def _write() -> None:
    with connection.cursor() as cursor:
        for _trip in range(TRIPS):
            cursor.execute(_COMMIT)


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
