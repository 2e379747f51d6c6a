"""Measured runs as work to be done: asked for, taken by one process, renewed by progress, taken back when it is lost.

One run at a time. What was measured of a run that was broken off is kept; only the row under way begins anew.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from celery.exceptions import CeleryError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from documents import generations, identity
from documents.jobs import from_now
from documents.models import Generation, IndexJob
from search.bench.rows import Row
from search.bench.wishes import Wishes
from search.models import EvaluationRow, EvaluationRun
from search.tasks import run_evaluations

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

logger = logging.getLogger(__name__)

# Longer than the longest step that tells nothing: the vectors' index of a large sample.
LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 3
# Progress is written this often.
WRITTEN_EVERY_S = 2.0
# While documents are being indexed a measurement rests as long as it works, for so long at most.
LONGEST_REST_S = 10.0
LOOKED_EVERY_S = 5.0

State = EvaluationRun.State


class RunLost(Exception):
    """Another process has the run, or it is gone: stop and write nothing."""


class RunCancelled(Exception):
    """Somebody does not want the figures any more."""


class RunBusy(Exception):
    """Another run is being measured."""


@dataclass(slots=True)
class Lease:
    """The right to measure one run. Called with progress, it renews itself, and lets documents go first."""

    run_id: int
    attempt: int
    _written_at: float = 0.0
    _rested_at: float = field(default_factory=time.monotonic)
    _looked_at: float = 0.0
    _is_crowded: bool = False

    def __call__(self, step: str, done: int, total: int) -> None:
        """Raises RunLost and RunCancelled."""
        if time.monotonic() - self._written_at >= WRITTEN_EVERY_S:
            self.write(step=step, progress_done=done, progress_total=total, lease_until=from_now(LEASE))
            self._written_at = time.monotonic()
            if EvaluationRun.objects.filter(pk=self.run_id, cancel_asked_at__isnull=False).exists():
                raise RunCancelled
        self._rest()

    def write(self, **values: object) -> None:
        """Update the run's row, if it still is this attempt's. Raises RunLost."""
        mine = EvaluationRun.objects.filter(pk=self.run_id, attempt=self.attempt, state=State.RUNNING)
        if not mine.update(**values):
            raise RunLost(f"run {self.run_id}, attempt {self.attempt}")

    def _rest(self) -> None:
        now = time.monotonic()
        if now - self._looked_at >= LOOKED_EVERY_S:
            self._looked_at = now
            self._is_crowded = IndexJob.objects.filter(generation__is_scratch=False).unfinished().exists()
        if self._is_crowded:
            time.sleep(min(now - self._rested_at, LONGEST_REST_S))
        self._rested_at = time.monotonic()


def begin(
    rows: Sequence[Row],
    wishes: Wishes,
    by: "type_Reader | None",
    kind: str = EvaluationRun.Kind.BENCH,
) -> EvaluationRun:
    """Add a run that the next free worker takes."""
    run = _added(rows, wishes, by, kind)
    transaction.on_commit(_hint)
    return run


def begin_here(rows: Sequence[Row], wishes: Wishes) -> EvaluationRun:
    """Add a run that this process works off at once. Raises RunBusy."""
    with transaction.atomic():
        run = _added(rows, wishes, None, EvaluationRun.Kind.BENCH)
        if not _taken(run.pk):
            raise RunBusy
    run.refresh_from_db()
    return run


def cancel(run: EvaluationRun) -> None:
    """One that waits ends at once, one that is being measured within seconds."""
    EvaluationRun.objects.filter(pk=run.pk, state=State.QUEUED).update(state=State.CANCELLED, finished_at=Now())
    EvaluationRun.objects.filter(pk=run.pk, state=State.RUNNING).update(cancel_asked_at=Now())


def abandon(run: EvaluationRun) -> None:
    """End a run that this process was working off and leaves."""
    run.refresh_from_db()
    EvaluationRun.objects.filter(pk=run.pk, state=State.RUNNING).update(state=State.CANCELLED, finished_at=Now())
    drop_scratch(run)


def claim() -> EvaluationRun | None:
    """Take the oldest run that waits, unless another is being measured."""
    take_back()
    oldest = EvaluationRun.objects.filter(state=State.QUEUED).order_by("pk").first()
    if oldest is None or not _taken(oldest.pk):
        return None
    oldest.refresh_from_db()
    return oldest


def take_back() -> None:
    """Queue runs anew whose process is gone; after the third time they have failed. Their scratch index goes."""
    running = EvaluationRun.objects.filter(state=State.RUNNING)
    late = set(running.filter(lease_until__lt=Now()).values_list("pk", flat=True))
    for run in running:
        is_here = run.worker.startswith(identity.of_this_host())
        if run.pk not in late and not (is_here and not identity.is_alive(run.worker)):
            continue
        logger.warning("run %s was lost by %s", run.pk, run.worker)
        mine = EvaluationRun.objects.filter(pk=run.pk, attempt=run.attempt, state=State.RUNNING)
        if run.attempt >= MAX_ATTEMPTS or run.cancel_asked_at:
            ended = State.CANCELLED if run.cancel_asked_at else State.FAILED
            is_mine = mine.update(state=ended, finished_at=Now(), error="" if run.cancel_asked_at else "LOST")
        else:
            is_mine = mine.update(state=State.QUEUED, lease_until=None)
        if is_mine:
            drop_scratch(run)


def drop_scratch(run: EvaluationRun) -> None:
    for generation in Generation.objects.filter(pk=run.scratch_id or 0, is_scratch=True):
        generations.drop(generation)


def _added(rows: Sequence[Row], wishes: Wishes, by: "type_Reader | None", kind: str) -> EvaluationRun:
    with transaction.atomic():
        run = EvaluationRun.objects.create(kind=kind, wishes=wishes.as_json(), started_by_id=by.pk if by else None)
        EvaluationRow.objects.bulk_create(_row(run, position, row) for position, row in enumerate(rows))
    return run


def _row(run: EvaluationRun, position: int, row: Row) -> EvaluationRow:
    return EvaluationRow(
        run=run,
        position=position,
        generation=row.generation,
        is_candidate=row.generation is None,
        model=row.plan.model,
        number=row.generation.pk if row.generation else None,
        model_name=row.plan.model.name,
        window_tokens=row.plan.window_tokens,
        overlap_tokens=row.plan.overlap_tokens,
        dimensions=row.dimensions,
        quantisation=row.plan.quantisation,
    )


def _taken(key: int) -> bool:
    """Whether the run was free and no other is being measured."""
    try:
        with transaction.atomic():
            return bool(
                EvaluationRun.objects.filter(pk=key, state=State.QUEUED).update(
                    state=State.RUNNING,
                    attempt=F("attempt") + 1,
                    worker=identity.of_this_process(),
                    started_at=Now(),
                    lease_until=from_now(LEASE),
                )
            )
    except IntegrityError:
        return False


def _hint() -> None:
    try:
        run_evaluations.apply_async(retry=False)
    except (KombuError, CeleryError, RedisError, OSError) as error:
        logger.warning("broker not reachable, the measurement waits for the clock: %s", error)
