"""Whether workers live, and working off the jobs without one: the same code, in this process."""

import time
from collections.abc import Callable, Collection

from celery import current_app
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from documents import indexing, jobs, reconciling, upkeep
from documents.models import IndexJob

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
    """Return when the jobs of these documents have ended; without a live worker they are done here.

    `report(done, total)` is called whenever the number changes.
    """
    alone, asked_at = not are_alive(), time.monotonic()
    mine = IndexJob.objects.filter(document_id__in=document_ids, generation__is_scratch=False)
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


def _work_off_one() -> bool:
    reconciling.reconcile()
    job_id = jobs.next_due()
    if job_id is None:
        return False
    indexing.run(job_id)
    return True
