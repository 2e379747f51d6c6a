"""Plain makers of people, collections and documents; documents go through the real pipeline."""

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile

from documents import indexing, ingestion
from documents.models import Collection


def make_user(name="alice", *, staff=False, **overrides):
    return get_user_model().objects.create_user(username=name, password="correct horse", is_staff=staff, **overrides)


def make_collection(name="Rules", *, readers=(), editors=(), **overrides):
    collection = Collection.objects.create(name=name, **overrides)
    collection.readers.set(readers)
    collection.editors.set(editors)
    return collection


def accepted_document(collection, text="One sentence.", *, title="", file_name="note.txt", uploaded_by=None, **facts):
    """A document whose jobs wait. `text` may be bytes."""
    content = text if isinstance(text, bytes) else text.encode()
    return ingestion.accept(
        ContentFile(content, name=file_name),
        collection=collection,
        uploaded_by=uploaded_by,
        title=title,
        **facts,
    )


def indexed_document(collection, text="One sentence.", **options):
    """A document that was really read, cut, embedded and indexed."""
    document = accepted_document(collection, text, **options)
    for job in document.jobs.all():
        indexing.run(job.pk)
    document.refresh_from_db()
    return document
