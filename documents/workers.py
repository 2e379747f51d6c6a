"""Whether workers live, and working off the jobs without one: the same code, in this process."""

import time
from collections.abc import Callable, Collection

from celery import current_app
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from documents import indexing, jobs, reconciling, upkeep
from documents.models import Generation, IndexJob
from documents.releases import building, completion

PING_TIMEOUT_S = 1.0
POLL_S = 0.5
# A worker may come or go while somebody waits for it.
ASK_AGAIN_S = 30.0

Report = Callable[[int, int], None]


def are_alive() -> bool:
    """Ask the workers through the broker; no broker means no worker."""
    try:
        return bool(current_app.control.ping(timeout=PING_TIMEOUT_S))
    except (KombuError, RedisError, OSError):
        return False


def wait_for(document_ids: Collection[int], report: Report) -> None:
    """Return when these documents are searchable or have failed; without a live worker the work is done here.

    `report(done, total)` is called whenever the number changes.
    """
    alone, asked_at = not are_alive(), time.monotonic()
    mine = IndexJob.objects.filter(document_id__in=document_ids, generation__state=Generation.State.ACTIVE)
    total, last = mine.count(), -1
    while True:
        left = mine.unfinished().count()
        if total - left != last:
            last = total - left
            report(last, total)
        if not left:
            break
        if time.monotonic() - asked_at > ASK_AGAIN_S:
            alone, asked_at = not are_alive(), time.monotonic()
        if not (alone and _work_off_one()):
            time.sleep(POLL_S)
    if alone:
        upkeep.refresh_pivots()


def wait_for_release(generation: Generation, report: Report) -> None:
    """Return when the generation is not being built any more, is paused, or waits for a decision about failures.

    Without a live worker the work is done here. `report(done, total)` is called whenever the number changes.
    """
    alone, last = not are_alive(), -1
    while generation.state == Generation.State.BUILDING and not generation.paused_at:
        total, left = generation.jobs.count(), generation.jobs.unfinished().count()
        if total - left != last:
            last = total - left
            report(last, total)
        if not left and building.failures(generation).exists():
            return
        if not (alone and _get_on(left)):
            time.sleep(POLL_S)
        generation.refresh_from_db()


def _get_on(left: int) -> bool:
    if left:
        return _work_off_one()
    completion.complete_due()
    return True


def _work_off_one() -> bool:
    reconciling.reconcile()
    job_id = jobs.next_due()
    if job_id is None:
        return False
    indexing.run(job_id)
    return True
