"""What is done when an embedding model is withdrawn, and when it is there again."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from documents import jobs
from documents.models import Chunk, EmbeddingModel, Generation, IndexJob

# A last day this near is told on the pages and at every start.
NOTICE = timedelta(days=90)


def retiring() -> list[EmbeddingModel]:
    """Models that an index is made with and that are withdrawn, or will be within NOTICE; the nearest first."""
    used = EmbeddingModel.objects.filter(generations__in=Generation.objects.live()).distinct()
    near = [model for model in used if model.is_withdrawn or _is_near(model)]
    return sorted(near, key=lambda model: (not model.is_withdrawn, model.days_left or 0))


def restore(model: EmbeddingModel) -> int:
    """Note that the model gives vectors again, and have those computed that are missing; return of how many documents.

    Call `ingestion.hint` afterwards, or leave it to upkeep.
    """
    with transaction.atomic():
        EmbeddingModel.objects.filter(pk=model.pk).update(withdrawn_at=None)
        model.withdrawn_at = None
        waiting = _jobs_without_vectors(model)
        count = waiting.count()
        jobs.requeue(waiting)
    return count


def _is_near(model: EmbeddingModel) -> bool:
    return model.retires_on is not None and model.retires_on <= timezone.localdate() + NOTICE


def _jobs_without_vectors(model: EmbeddingModel) -> "QuerySet[IndexJob]":
    wanted = IndexJob.objects.none()
    for generation in Generation.objects.live().filter(model=model):
        bare = Chunk.objects.filter(generation=generation, embedding=None).values("document_id")
        wanted |= IndexJob.objects.filter(generation=generation, state=IndexJob.State.DONE, document_id__in=bare)
    return wanted
