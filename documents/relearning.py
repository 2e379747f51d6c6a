"""After the own words of a collection have changed: the terms of its documents are made anew, their vectors kept."""

from django.db import transaction
from django.db.models import Q, QuerySet

from documents import ingestion, jobs, reconciling
from documents.models import Collection, Document, Generation, IndexJob


def affected(collection: Collection) -> QuerySet[Document]:
    """Documents that are searchable or on their way; those that failed learn when they are tried again."""
    searchable = Q(state=Document.State.READY, chunk_count__gt=0)
    return Document.objects.filter(collection=collection).filter(searchable | Q(pk__in=Document.objects.in_progress()))


def relearn(collection: Collection) -> int:
    """Queue the jobs of the affected documents again and return how many documents that are; they stay searchable."""
    with transaction.atomic():
        documents = list(affected(collection).order_by("pk").values_list("pk", flat=True))
        queued = IndexJob.objects.filter(document__in=documents, generation__in=Generation.objects.live())
        jobs.requeue(queued)
        # The reconciler hints at the rest.
        first = list(queued.order_by("pk").values_list("pk", flat=True)[: reconciling.HINTS_AT_ONCE])
        transaction.on_commit(lambda: ingestion.hint(first))
    return len(documents)
