"""From the last job of a release to a generation that is ready, and what the clock does for releases."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from celery.exceptions import CeleryError
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from documents import generations, weighing
from documents.models import Generation
from documents.releases import building, indexes, progress
from documents.releases.enlisting import enlist

logger = logging.getLogger(__name__)

# Up to so many chunks a generation is weighed anew while documents come in: it takes a few seconds, and later, when
# it would take minutes, there is hardly ever a need for it.
YOUNG_CHUNKS = 2_000
# Any number that nothing else locks with: one process at a time completes releases.
_COMPLETING = 6_002


def tend() -> None:
    """What is done now and then: missed documents, weights of a young generation, what is left of a retired one."""
    for generation in Generation.objects.live().exclude(state=Generation.State.ACTIVE):
        enlist(generation)
    for generation in _being_built().filter(chunk_count__range=(1, YOUNG_CHUNKS)):
        weighing.refresh_pivots(generation)
    for generation in building.uncleared():
        building.clear(generation)
    announce()


def announce() -> None:
    """Have the releases completed whose jobs have ended; if the broker does not answer, the next upkeep asks again."""
    from documents.tasks import complete_releases

    if not any(map(is_due, _unready())):
        return
    try:
        complete_releases.apply_async(retry=False)
    except (KombuError, CeleryError, RedisError, OSError) as error:
        logger.warning("broker not reachable, the release waits for the clock: %s", error)


def is_due(generation: Generation) -> bool:
    """Whether nothing more is to be waited for: no open job, and no failure that somebody has to decide about."""
    if generation.state == Generation.State.READY:
        return bool(indexes.missing(generation))
    if generation.jobs.unfinished().exists():
        return False
    return not building.failures(generation).exists()


def complete_due() -> None:
    """Complete what is due, unless another process is at it. Not within a transaction."""
    with _alone() as is_alone:
        for generation in _unready() if is_alone else ():
            if is_due(generation):
                _complete(generation)


def _complete(generation: Generation) -> None:
    """Safe to be cut short anywhere and begun again."""
    if enlist(generation):
        building.tell_workers()
        return
    if weighing.refresh_pivots(generation) and generation.chunk_count <= YOUNG_CHUNKS:
        # Every row was written again. Nobody searches here yet, and it takes a moment.
        generations.compact(generation)
    indexes.build(generation)
    still = Generation.objects.filter(pk=generation.pk, state=Generation.State.BUILDING, paused_at=None)
    if still.update(state=Generation.State.READY, built_at=timezone.now()):
        progress.keep_outcome(generation)
        logger.info("generation %s is ready", generation.pk)


def _being_built() -> QuerySet[Generation]:
    return Generation.objects.live().filter(state=Generation.State.BUILDING, paused_at=None)


def _unready() -> list[Generation]:
    """Those that are being built, and ready ones, whose indexes may have been lost."""
    ready = Generation.objects.live().filter(state=Generation.State.READY)
    return [*_being_built(), *ready]


@contextmanager
def _alone() -> Iterator[bool]:
    """A lock that ends with the connection, however the process ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_COMPLETING])
        (is_alone,) = cursor.fetchone()
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_COMPLETING])
