"""Documents and jobs as rows only, without a file and without an index: enough for lists and for claims."""

from datetime import timedelta
from itertools import count

from django.db.models.functions import Now

from documents.models import Collection, Document, Generation, IndexJob

_numbers = count(1)


def document_row(collection, **overrides):
    number = next(_numbers)
    values = {
        "title": f"Document {number}",
        "file_name": f"document-{number}.pdf",
        "media_type": "application/pdf",
        "sha256": f"{number:064x}",
        "size": 1000 * number,
        "state": Document.State.READY,
        "page_count": number,
        "chunk_count": 2 * number,
    }
    return Document.objects.create(collection=collection, **{**values, **overrides})


def job_row(document, **overrides):
    return IndexJob.objects.create(document=document, generation=Generation.objects.active(), **overrides)


def waiting_job(**values):
    collection, _made = Collection.objects.get_or_create(name="Waiting")
    return job_row(document_row(collection, state=Document.State.WAITING), **values)


def set_row(job, **values):
    IndexJob.objects.filter(pk=job.pk).update(**values)


def now(job):
    """The job as it is in the database."""
    job.refresh_from_db()
    return job


def let_lease_end(job):
    set_row(job, lease_until=Now() - timedelta(seconds=1))
