"""Forecasts that somebody asked for: a worker makes them, the row holds what it found, a release is begun from it."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from celery.exceptions import CeleryError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from documents.failure_codes import FailureCode, IndexingFailure
from documents.generations import Plan
from documents.models import Generation, PlannedRelease
from documents.releases import building, checks
from documents.releases.forecast import forecast

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

logger = logging.getLogger(__name__)

# A worker that took it up and was not heard of for so long is lost.
PATIENCE = timedelta(minutes=3)
# Nobody wants it any more.
OUTDATED = timedelta(hours=1)
# So often at most the row tells how far it is.
TELL_EVERY_S = 0.5


def ask(plan: Plan, by: "type_Reader") -> PlannedRelease:
    """Have a worker foretell it. Raises ReleaseError if the plan cannot be carried out."""
    checks.refuse(plan)
    planned = PlannedRelease.objects.create(
        model=plan.model,
        window_tokens=plan.window_tokens,
        overlap_tokens=plan.overlap_tokens,
        dimensions=plan.generation().dimensions,
        quantisation=plan.quantisation,
        asked_by_id=by.pk,
    )
    transaction.on_commit(lambda: _tell(planned.pk))
    return planned


def ask_again(planned: PlannedRelease) -> None:
    """Forget what was found, or went wrong, and have it made once more."""
    if planned.generation_id is None:
        PlannedRelease.objects.filter(pk=planned.pk).update(
            forecast={}, error_code="", error_detail="", started_at=None, share=0, asked_at=timezone.now()
        )
        transaction.on_commit(lambda: _tell(planned.pk))


def remind() -> None:
    """Send the messages again of forecasts that nobody makes; safe at any time."""
    recent = _open().filter(asked_at__gt=timezone.now() - OUTDATED)
    for key in recent.values_list("pk", flat=True):
        _tell(key)


def foretell(planned_id: int) -> None:
    """Make the forecast, unless it is made or somebody else is at it; what stands against it is kept too."""
    if not _open().filter(pk=planned_id).update(started_at=timezone.now(), share=0):
        return
    planned = PlannedRelease.objects.select_related("model").get(pk=planned_id)
    mine = PlannedRelease.objects.filter(pk=planned_id, started_at=planned.started_at)
    try:
        told = forecast(planned.plan, _now_and_then(lambda share: mine.update(share=share)))
    except IndexingFailure as failure:
        mine.update(error_code=failure.code, error_detail=failure.detail[:2000])
    except Exception as error:
        logger.exception("forecast %s", planned_id)
        mine.update(error_code=FailureCode.UNKNOWN, error_detail=f"{type(error).__name__}: {error}"[:2000])
    else:
        mine.update(forecast=told.as_json(), share=1)


def begin(planned: PlannedRelease, by: "type_Reader") -> Generation:
    """Begin the release, or return the one that was begun with it. Raises ReleaseError."""
    with transaction.atomic():
        locked = PlannedRelease.objects.select_for_update(of=("self",)).select_related("model").get(pk=planned.pk)
        begun = Generation.objects.filter(planned=locked).first()
        if begun is None:
            begun = building.begin(locked.plan, by, locked.forecast)
            locked.generation = begun
            locked.save(update_fields=["generation"])
    return begun


def _open() -> QuerySet[PlannedRelease]:
    """Those that nobody has made, and nobody is at."""
    idle = Q(started_at=None) | Q(started_at__lt=timezone.now() - PATIENCE)
    return PlannedRelease.objects.filter(idle, forecast={}, error_code="")


def _tell(planned_id: int) -> None:
    """If the broker does not answer, the next upkeep asks again."""
    from documents.tasks import foretell_release

    try:
        foretell_release.apply_async((planned_id,), retry=False)
    except (KombuError, CeleryError, RedisError, OSError) as error:
        logger.warning("broker not reachable, the forecast waits for the clock: %s", error)


def _now_and_then(tell: Callable[[float], object]) -> Callable[[float], None]:
    """Threads report after every step; the row is written less often, and by one at a time."""
    told_at = time.monotonic()

    def report(share: float) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= TELL_EVERY_S:
            told_at = time.monotonic()
            tell(share)

    return report
