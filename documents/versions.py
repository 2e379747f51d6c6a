"""Chains of versions: each document names the one that superseded it, and only the last one of a chain is searched.

A chain changes only while its collection's row is locked, which comes before every lock on a document.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models.functions import Coalesce, Now

from documents import effective, membership
from documents.models import Collection, Document, Generation, IndexJob


@dataclass(frozen=True, slots=True)
class Succession:
    """Whose place a document takes, and all that must leave a generation when it enters: that one and those before,
    and the members of those."""

    predecessor: Document | None
    outdated: list[Document]
    members: list[Document]


def lock(document_id: int) -> None:
    """Let one transaction at a time change the chains of this document's collection."""
    shelf = Document.objects.filter(pk=document_id).values("collection")
    Collection.objects.select_for_update(no_key=True).filter(pk__in=shelf).first()


def current_of(document: Document) -> Document:
    """The last version of the chain; it is searched, unless the ones after it were deleted."""
    seen = {document.pk}
    while document.superseded_by_id and document.superseded_by_id not in seen:
        document = Document.objects.get(pk=document.superseded_by_id)
        seen.add(document.pk)
    return document


def older_than(*documents: Document) -> list[Document]:
    """The versions before these, the newest first."""
    found: dict[int, Document] = {}
    known = {document.pk for document in documents}
    layer = known
    while layer:
        before = Document.objects.filter(superseded_by__in=layer).exclude(pk__in=known)
        rows = list(before.select_related("uploaded_by").order_by("-superseded_at", "-pk"))
        found |= {row.pk: row for row in rows}
        layer = {row.pk for row in rows}
        known = known | layer
    return list(found.values())


def history(document: Document) -> list[Document]:
    """All versions of a document, the newest first, with those that are still on their way before them."""
    last = current_of(document)
    settled = [last, *older_than(last)]
    keys = [version.pk for version in settled]
    coming = Document.objects.current().filter(replaces__in=keys).exclude(pk__in=keys).select_related("uploaded_by")
    return [*coming.order_by("-created_at"), *settled]


def succession(document: Document) -> Succession:
    """Lock and return what the document, which has been locked, replaces now, whatever it was uploaded to replace.

    A version that is not in effect yet replaces nothing: until its day comes, the one before it holds.
    """
    if document.effective_from and document.effective_from > effective.today():
        return Succession(None, [], [])
    last = current_of(document.replaces) if document.replaces else document
    ends = [document] if last.pk == document.pk else [document, last]
    keys = [version.pk for version in (*ends, *older_than(*ends)) if version.pk != document.pk]
    outdated = list(Document.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    predecessor = next((version for version in outdated if version.pk == last.pk), None)
    return Succession(predecessor, outdated, membership.leaving(outdated))


def is_displaced(document: Document, generation: Generation) -> bool:
    """Whether the document's successor has entered this generation already, or that of what it came out of.

    One that is being called back has a past as somebody's predecessor, which does not count.
    """
    newer = Document.objects.current().filter(
        replaces__in=[document.pk, *membership.containers(document)],
        replaces__superseded_at=None,
        jobs__generation=generation,
        jobs__state=IndexJob.State.DONE,
    )
    return newer.exclude(effective_from__gt=effective.today()).exists()


def settle(document: Document, succession: Succession, generation: Generation) -> None:
    """Record that the document stands in this generation in place of the others; their chunks are gone from it."""
    gone = [*succession.outdated, *succession.members]
    IndexJob.objects.filter(document__in=gone, generation=generation).delete()
    if not Generation.objects.filter(pk=generation.pk, state=Generation.State.ACTIVE).exists():
        return
    if document.superseded_at:
        unlink(document)
        Document.objects.filter(pk=document.pk).update(superseded_by=None, superseded_at=None)
    if succession.predecessor is not None:
        _retire(succession.predecessor, document)
    membership.hand_over(gone)
    membership.retire(succession.members)
    if document.superseded_at:
        membership.call_back(document)
    elif succession.members:
        membership.look_again(document)


def unlink(document: Document) -> None:
    """Close the gap that a document leaves in its chain, since it goes away or to the end."""
    before = Document.objects.filter(superseded_by=document).order_by("-superseded_at").first()
    previous = before.pk if before else document.replaces_id
    Document.objects.filter(superseded_by=document).update(superseded_by=document.superseded_by_id)
    Document.objects.filter(replaces=document).exclude(pk=previous or 0).update(replaces=previous)


def forget_jobs(documents: Iterable[Document]) -> None:
    """What has been replaced is worked on no more: a worker that is at it finds its claim gone."""
    IndexJob.objects.filter(document__in=list(documents)).exclude(state=IndexJob.State.DONE).delete()


def _retire(old: Document, new: Document) -> None:
    forget_jobs([old])
    Document.objects.filter(pk=old.pk).update(
        state=Document.State.SUPERSEDED,
        superseded_by=new,
        superseded_at=Coalesce("superseded_at", Now()),
        chunk_count=0,
        error_code="",
    )
    # One that was called back takes the place of what had taken its place.
    Document.objects.filter(pk=old.pk, replaces=new).update(replaces=None)
    Document.objects.filter(pk=new.pk).update(replaces=old)
