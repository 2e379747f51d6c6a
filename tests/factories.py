"""Plain makers of people, collections, documents and answers; documents go through the real pipeline."""

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.utils import timezone

from chat.models import Answer, Citation, Conversation, Message
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


def make_answer(user, question="How many days?", text="Fifteen days [1].", **overrides):
    """A finished answer in a conversation of its own."""
    conversation = Conversation.objects.create(user=user, title=question[:80])
    message = Message.objects.create(conversation=conversation, text=question, standalone_question=question)
    values = {"state": Answer.State.COMPLETE, "text": text, "grounded": bool(text), "finished_at": timezone.now()}
    return Answer.objects.create(message=message, **{**values, **overrides})


def make_citation(answer, document, quote="Fifteen days.", **overrides):
    """The answer's first mark, cited from the beginning of the document."""
    mark = max(answer.text.find("["), 0)
    values = {
        "number": 1,
        "collection": document.collection,
        "title": document.title,
        "file_name": document.file_name,
        "page": 1,
        "start": 0,
        "end": len(quote),
        "quote": quote,
        "quote_hash": "",
        "mark_start": mark,
        "mark_end": mark + 3,
        "sentence_start": 0,
        "sentence_end": mark,
        "support": 1.0,
    }
    return Citation.objects.create(answer=answer, document=document, **{**values, **overrides})


def source_of(document, number=1, *, start=0, end=13):
    """A passage of an answer, as answers store it."""
    return {
        "number": number,
        "document": document.pk,
        "collection": document.collection_id,
        "title": document.title,
        "file": document.file_name,
        "page_based": document.page_based,
        "page": 1,
        "start": start,
        "end": end,
        "heading": "",
    }
