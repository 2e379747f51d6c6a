"""Documents as rows only, without a file and without an index: enough for lists."""

from itertools import count

from documents.models import Document, Generation, IndexJob

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
