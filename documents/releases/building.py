"""Building a generation beside the one that answers: begun, paused, resumed, cancelled; failures decided by people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import audit, generations, ingestion, jobs, reconciling
from documents.audit import Event
from documents.generations import Plan
from documents.models import Generation, IndexJob
from documents.releases import checks
from documents.releases.enlisting import enlist
from documents.releases.errors import ReleaseError

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# Any number that nothing else locks with: one release is begun at a time.
_BEGINNING = 6_001


def begin(plan: Plan, by: "type_Reader | None", forecast: Mapping[str, object] | None = None) -> Generation:
    """Begin a release as planned: its partition, and a job for every document. Live search goes on untouched.

    `forecast` is what `Forecast.as_json` gives. Raises ReleaseError if one is being built already, or if the plan
    cannot be carried out on this machine.
    """
    told = dict(forecast or {})
    disk_bytes = told.get("disk_bytes")
    checks.refuse(plan, disk_bytes if isinstance(disk_bytes, int) else 0)
    with transaction.atomic():
        _alone()
        generation = generations.create(plan, created_by=by)
        generation.forecast = told
        generation.save(update_fields=["forecast"])
        documents = enlist(generation)
        transaction.on_commit(tell_workers)
    audit.record(Event.RELEASE_BEGUN, by, generation=generation.pk, model=plan.model.name, documents=documents)
    return generation


def pause(generation: Generation, by: "type_Reader | None" = None) -> None:
    """Begin no more jobs of it; those under way may end. Raises ReleaseError if it is not being built."""
    _change(generation, paused_at=timezone.now())
    audit.record(Event.RELEASE_PAUSED, by, generation=generation.pk)


def resume(generation: Generation, by: "type_Reader | None" = None) -> None:
    """Go on with a paused release. Raises ReleaseError if it is not being built."""
    paused_s = (timezone.now() - generation.paused_at).total_seconds() if generation.paused_at else 0.0
    _change(generation, paused_at=None, paused_s=F("paused_s") + paused_s)
    generation.jobs.filter(state=IndexJob.State.QUEUED).update(hinted_at=None)
    audit.record(Event.RELEASE_RESUMED, by, generation=generation.pk)
    transaction.on_commit(tell_workers)


def cancel(generation: Generation, by: "type_Reader | None" = None) -> None:
    """Give up a release that is being built: jobs and partition go, the row stays as retired without `built_at`.

    Workers that are at it find their claims gone. Raises ReleaseError if it is not being built.
    """
    _change(generation, state=Generation.State.RETIRED, retired_at=timezone.now(), paused_at=None)
    audit.record(Event.RELEASE_CANCELLED, by, generation=generation.pk, model=generation.model.name)
    clear(generation)


def retire(generation: Generation, by: "type_Reader | None" = None) -> None:
    """Drop a generation that is ready but does not answer; its row stays as history.

    Raises ReleaseError for the active one and for one that is being built.
    """
    ready = Generation.objects.filter(pk=generation.pk, state=Generation.State.READY)
    if not ready.update(state=Generation.State.RETIRED, retired_at=timezone.now()):
        raise ReleaseError(
            _("Only a generation that is ready and does not answer can be retired. Let another one answer first.")
        )
    generation.refresh_from_db()
    audit.record(Event.RETIRED, by, generation=generation.pk, model=generation.model.name)
    clear(generation)


def clear(generation: Generation) -> None:
    """Drop what a retired generation held; what readers have no gap for now, the next upkeep drops."""
    if generation.state == Generation.State.RETIRED:
        try:
            generations.empty(generation)
        except OperationalError:
            connection.close_if_unusable_or_obsolete()


def uncleared() -> list[Generation]:
    """Retired generations that still hold something."""
    retired = Generation.objects.filter(state=Generation.State.RETIRED, is_scratch=False)
    return [one for one in retired if generations.has_partition(one) or one.jobs.exists()]


def failures(generation: Generation) -> QuerySet[IndexJob]:
    """Failed jobs that nobody has decided about: of documents that have not failed in the active generation too."""
    failed_too = IndexJob.objects.filter(
        document=OuterRef("document"), generation__state=Generation.State.ACTIVE, state=IndexJob.State.FAILED
    )
    undecided = Q(generation__failures_accepted_at=None) | Q(finished_at__gt=F("generation__failures_accepted_at"))
    failed = generation.jobs.filter(undecided, ~Exists(failed_too), state=IndexJob.State.FAILED)
    return failed.select_related("document").order_by("document_id")


def accept_failures(generation: Generation, by: "type_Reader | None") -> None:
    """Go on without the documents that failed so far; who decided it, and when, is kept and audited."""
    documents = list(failures(generation).values_list("document_id", flat=True))
    Generation.objects.filter(pk=generation.pk).update(
        failures_accepted_by=by.pk if by else None, failures_accepted_at=Now()
    )
    generation.refresh_from_db()
    audit.record(Event.FAILURES_ACCEPTED, by, generation=generation.pk, documents=len(documents), first=documents[:20])


def retry_failures(generation: Generation) -> int:
    """Give the failed jobs a new start, as a person asked; returns how many."""
    failed = list(failures(generation).values_list("pk", flat=True))
    jobs.requeue(IndexJob.objects.filter(pk__in=failed))
    transaction.on_commit(tell_workers)
    return len(failed)


def tell_workers() -> None:
    """Send the first messages of a release; whoever ends a job sends the next."""
    ingestion.hint(reconciling.release_line())


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_BEGINNING])
    other = Generation.objects.filter(state=Generation.State.BUILDING, is_scratch=False).first()
    if other is not None:
        raise ReleaseError(
            _(
                "Generation %(number)s is being built already. Wait until it is ready, or cancel it: two at a time"
                " would only slow each other down."
            )
            % {"number": other.pk}
        )


def _change(generation: Generation, **values: object) -> None:
    building = Generation.objects.filter(pk=generation.pk, state=Generation.State.BUILDING, is_scratch=False)
    if not building.update(**values):
        raise ReleaseError(_("This generation is not being built any more. Load the page again to see how it stands."))
    generation.refresh_from_db()
