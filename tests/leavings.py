"""What a test that really commits leaves behind, and removing it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection, connections

from chat.models import Gap
from documents import generations, ingestion, weighing
from documents.models import Collection, Document, EmbeddingModel, Generation


@contextmanager
def removed() -> Iterator[None]:
    """Take away again what is committed inside, down to the numbers of the generation."""
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in _tables()}
    yield
    _remove(before)


def _remove(before):
    for generation in Generation.objects.exclude(pk__in=before[Generation]):
        generations.drop(generation)
    for document in Document.objects.exclude(pk__in=before[Document]):
        ingestion.delete(document)
    for model in _tables()[2:]:
        model.objects.exclude(pk__in=before[model]).delete()
    _forget_audit()
    generation = Generation.objects.active()
    weighing.recount(generation)
    Generation.objects.filter(pk=generation.pk).update(**_UNMEASURED)
    connections.close_all()


def _forget_audit():
    """No statement but this one gets around the guard of the table."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE portal_auditevent")


_UNMEASURED = {
    "calibration": {},
    "calibration_evidence": {},
    "calibrated_chunks": 0,
    "calibrated_changes": 0,
    "content_changes": 0,
    "calibrated_at": None,
    "calibration_asked_at": None,
    "computed_count": 0,
    "copied_count": 0,
}


def _tables():
    # A gap stays when the conversation goes in which it was found.
    return (Generation, Document, EmbeddingModel, Collection, get_user_model(), Group, Gap)
