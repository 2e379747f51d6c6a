"""Working off a run, in a thread of its own: no thread of the workers' queues is taken for minutes."""

import logging
import threading

from django.db import connections
from django.db.models.functions import Now

from documents.failure_codes import IndexingFailure
from documents.generations import Plan
from documents.models import Generation
from search import question_sets
from search.bench import questions as asked
from search.bench import runs
from search.bench.corpora import Corpus, library
from search.bench.measuring import measure
from search.bench.questions import BenchQuestion
from search.bench.rows import Row, of_generation
from search.bench.runs import Lease, RunCancelled, RunLost
from search.bench.wishes import from_json
from search.models import EvaluationRow, EvaluationRun
from search.scratch import Report

logger = logging.getLogger(__name__)

_working = threading.Lock()


def look_for_work() -> None:
    """Begin the next run, unless this process is at one; returns at once."""
    if not _working.acquire(blocking=False):
        return
    run = None
    try:
        run = runs.claim()
        if run is not None:
            threading.Thread(target=_work_alone, args=[run], name=f"bench-{run.pk}", daemon=True).start()
    finally:
        if run is None:
            _working.release()


def _work_alone(run: EvaluationRun) -> None:
    try:
        work(run)
    finally:
        connections.close_all()
        _working.release()


def work(run: EvaluationRun, report: Report = lambda step, done, total: None) -> None:
    """Measure what is left of a run that was claimed, and write down how it ended; nothing is raised."""
    lease = Lease(run.pk, run.attempt)
    ended: dict[str, object] = {"state": EvaluationRun.State.DONE}
    try:
        _measure_rows(run, lease, report)
    except RunLost as lost:
        logger.warning("measurement lost: %s", lost)
        return
    except RunCancelled:
        ended = {"state": EvaluationRun.State.CANCELLED}
    except IndexingFailure as failure:
        logger.warning("run %s: %s", run.pk, failure)
        ended = {"state": EvaluationRun.State.FAILED, "error": f"{failure.code}: {failure.detail}"}
    except Exception as error:
        logger.exception("run %s failed", run.pk)
        ended = {"state": EvaluationRun.State.FAILED, "error": f"{type(error).__name__}: {error}"}
    try:
        lease.write(finished_at=Now(), lease_until=None, step="", **ended)
    except RunLost as lost:
        logger.warning("measurement lost: %s", lost)


def _measure_rows(run: EvaluationRun, lease: Lease, report: Report) -> None:
    corpus = _corpus(run, lease)

    def tell(step: str, done: int, total: int) -> None:
        lease(step, done, total)
        report(step, done, total)

    for stored in run.rows.filter(measured_at=None).select_related("generation__model", "model"):
        row = _row(stored)
        if row is None:
            continue
        report(str(stored), 0, 0)
        measured = measure(row, corpus, tell, lambda generation: lease.write(scratch=generation))
        lease.write(scratch=None, step="")
        EvaluationRow.objects.filter(pk=stored.pk).update(
            figures=measured.figures, found=measured.found, measured_at=Now()
        )


def _corpus(run: EvaluationRun, lease: Lease) -> Corpus:
    """The questions are chosen once; a run that is taken up again asks the same."""
    wishes = from_json(run.wishes)
    chosen = [asked.from_json(one) for one in run.questions] or _questions(list(wishes.sets), wishes.limit)
    is_tried = run.rows.filter(is_candidate=True).exists()
    corpus = library(chosen, wishes.sample if is_tried else None)
    facts = {"documents": len(corpus.document_ids), "is_sample": corpus.is_sample, "characters": corpus.characters}
    lease.write(questions=[asked.as_json(one) for one in corpus.questions], corpus=facts)
    return corpus


def _questions(sets: list[int], limit: int | None) -> list[BenchQuestion]:
    """Those of the sets, spread evenly if there are more than wanted; where there are none, the library's own."""
    found = asked.asked_of_the_library(question_sets.measurable(sets or None))
    if not found:
        return asked.asked_of_itself(Generation.objects.active())
    step = max(len(found) / limit, 1.0) if limit else 1.0
    return [found[int(i * step)] for i in range(int(len(found) / step))]


def _row(stored: EvaluationRow) -> Row | None:
    """None if what was to be measured is gone."""
    if not stored.is_candidate:
        is_there = stored.generation is not None and stored.generation.state != Generation.State.RETIRED
        return of_generation(stored.generation) if is_there and stored.generation else None
    if stored.model is None:
        return None
    plan = Plan(
        model=stored.model,
        window_tokens=stored.window_tokens,
        overlap_tokens=stored.overlap_tokens,
        dimensions=stored.dimensions,
        quantisation=stored.quantisation,
    )
    return Row(plan)
