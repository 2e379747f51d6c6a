"""What people decide about versions: that one document replaces another, or that an old one is to hold again."""

from django.db import transaction

from documents import effective, index, ingestion, versions
from documents.models import Document, Generation, IndexJob


class NotPossible(Exception):
    """The two cannot be versions of each other any more: somebody else has decided something, or deleted one."""


def make_version(document: Document, of: Document) -> None:
    """Let a document that is in the library already replace another one of its collection. Raises NotPossible."""
    with transaction.atomic():
        new, old = _both(document, of)
        new.replaces, new.near_duplicate_of, new.kept_both = old, None, False
        new.save(update_fields=["replaces", "near_duplicate_of", "kept_both"])
        Document.objects.filter(pk=old.pk, near_duplicate_of=new).update(near_duplicate_of=None)
        _enter(new)


def take_effect() -> None:
    """Let new versions whose first day has come take the place of those before them; safe to run twice."""
    waiting = Document.objects.filter(state=Document.State.READY, replaces__isnull=False, supersedes=None)
    # Its day may have been taken away too.
    for document in waiting.exclude(effective_from__gt=effective.today()):
        with transaction.atomic():
            versions.lock(document.pk)
            new = Document.objects.select_for_update().current().filter(pk=document.pk).first()
            if new is not None:
                _enter(new)


def restore(document: Document) -> None:
    """Index a replaced document again; when its chunks are in, it takes the place of the current version.

    Its pages are those that old citations point to, so they are not read anew. Raises ingestion.Rejected if the
    collection got the same file once more meanwhile.
    """
    with transaction.atomic():
        versions.lock(document.pk)
        old = Document.objects.select_for_update().filter(pk=document.pk, state=Document.State.SUPERSEDED).first()
        if old is None:
            return
        ingestion.refuse_copies(old.collection, old.sha256)
        last = versions.current_of(old)
        replaces = last if last.pk != old.pk else None
        Document.objects.filter(pk=old.pk).update(replaces=replaces, state=Document.State.WAITING)
        ingestion.requeue(old)


def keep_both(document: Document) -> None:
    """Somebody has looked at a near-duplicate and wants it beside the other one."""
    Document.objects.filter(pk=document.pk).update(kept_both=True)
    mirrored = Document.objects.filter(pk=document.near_duplicate_of_id or 0, near_duplicate_of=document)
    mirrored.update(kept_both=True)


def _enter(new: Document) -> None:
    """Take what the document replaces out of the generations that it is in already."""
    for generation in Generation.objects.live().order_by("pk"):
        if new.jobs.filter(generation=generation, state=IndexJob.State.DONE).exists():
            index.displace(new, generation)


def _both(document: Document, of: Document) -> tuple[Document, Document]:
    versions.lock(document.pk)
    new = Document.objects.select_for_update().current().filter(pk=document.pk, collection=of.collection_id).first()
    known = Document.objects.filter(pk=of.pk).first()
    if new is None or known is None:
        raise NotPossible
    old = versions.current_of(known)
    # What a document came out of takes all its members along when it is replaced.
    if old.pk == new.pk or old.pk in _ancestors(new):
        raise NotPossible
    return new, old


def _ancestors(document: Document) -> set[int]:
    found: set[int] = set()
    while document.parent and document.parent.pk not in found:
        document = document.parent
        found.add(document.pk)
    return found
