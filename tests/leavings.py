"""What a test that really commits leaves behind, and removing it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connections

from documents import generations, ingestion, weighing
from documents.models import Collection, Document, Generation


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
    generation = Generation.objects.active()
    weighing.recount(generation)
    Generation.objects.filter(pk=generation.pk).update(**_UNMEASURED)
    connections.close_all()


_UNMEASURED = {
    "calibration": {},
    "calibration_evidence": {},
    "calibrated_chunks": 0,
    "calibrated_changes": 0,
    "content_changes": 0,
    "calibrated_at": None,
    "calibration_asked_at": None,
}


def _tables():
    return (Generation, Document, Collection, get_user_model(), Group)
