"""What a restored database must not go on with: sessions, leases of lost workers, measurements under way."""

from django.apps import apps
from django.db import transaction

from documents import generations, jobs, weighing
from documents.models import Collection, Document, Generation, IndexJob
from documents.models.heartbeat import Heartbeat

SESSIONS = ("sessions.Session", "usersessions.UserSession")


def forget_what_was_going_on(*, has_index: bool) -> int:
    """Prepare a restored database for its first start; return how many jobs wait for a worker then."""
    for generation in Generation.objects.filter(is_scratch=True):
        generations.drop(generation)
    with transaction.atomic():
        Collection.objects.filter(is_scratch=True).delete()
        _sign_everybody_out()
        Heartbeat.objects.all().delete()
        # Their workers belong to another time, and the broker has lost their messages.
        IndexJob.objects.filter(state=IndexJob.State.RUNNING).update(state=IndexJob.State.QUEUED, lease_until=None)
        IndexJob.objects.unfinished().update(hinted_at=None, not_before=None)
        if not has_index:
            _index_anew()
    return IndexJob.objects.unfinished().count()


def _sign_everybody_out() -> None:
    """Somebody may have signed out, or lost a right to be here, since the backup was made."""
    for model in apps.get_models():
        if model._meta.label in SESSIONS:
            model._default_manager.all().delete()


def _index_anew() -> None:
    for generation in Generation.objects.live():
        weighing.recount(generation)
    Generation.objects.live().update(calibration={}, calibration_evidence={}, calibrated_chunks=0, calibrated_at=None)
    documents = Document.objects.current()
    jobs.requeue(IndexJob.objects.filter(document__in=documents, generation__in=Generation.objects.live()))
    documents.update(state=Document.State.WAITING, chunk_count=0, error_code="")
