"""Whose member a document is when containers come and go: members go and come back with their container.

A file that lies in two containers is one document. The container that has it second remembers it in `shares`, and
gets it when the first one goes.
"""

from collections.abc import Collection as Several
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from documents import jobs
from documents.extraction.members import CONTAINERS
from documents.models import Document, Generation, IndexJob

# An archive in an archive, and what is in that one.
_LEVELS = 2


def leaving(containers: Sequence[Document]) -> list[Document]:
    """Lock and return the members that go with these containers: those that no other container has too."""
    gone = {container.pk for container in containers if container.media_type in CONTAINERS}
    found: list[Document] = []
    level = set(gone)
    for _level in range(_LEVELS if gone else 0):
        members = Document.objects.select_for_update().current().filter(parent__in=level).order_by("pk")
        kept = _shared(_keepers(level, gone))
        rows = [member for member in members if member.pk not in kept]
        level = {row.pk for row in rows}
        gone |= level
        found += rows
    return found


def containers(member: Document) -> list[int]:
    """What it came out of, and what that came out of."""
    if member.parent_id is None:
        return []
    return [member.parent_id, *Document.objects.filter(members=member.parent_id).values_list("pk", flat=True)]


def hand_over(containers: Sequence[Document]) -> None:
    """Give what other containers have too to those, and let the ones that go remember it."""
    losing = {container.pk for container in containers if container.media_type in CONTAINERS}
    for keeper in _keepers(losing, losing) if losing else ():
        moved = Document.objects.current().filter(pk__in=keeper.shares, parent__in=losing)
        for key, former in list(moved.values_list("pk", "parent")):
            _remember(former, key)
        moved.update(parent=keeper)


def retire(members: Sequence[Document]) -> None:
    """Take members out of use together with their container, which has been replaced."""
    keys = [member.pk for member in members]
    IndexJob.objects.filter(document__in=keys).exclude(state=IndexJob.State.DONE).delete()
    Document.objects.filter(pk__in=keys).update(
        state=Document.State.SUPERSEDED, superseded_by=None, superseded_at=Now(), chunk_count=0, error_code=""
    )


def call_back(container: Document) -> None:
    """Queue what went out of use with the container, which holds again, unless the collection has got it otherwise."""
    copies = Document.objects.current().filter(collection=container.collection_id, sha256=OuterRef("sha256"))
    retired = Document.objects.below(container).filter(state=Document.State.SUPERSEDED, superseded_by=None)
    for member in retired.filter(~Exists(copies)):
        Document.objects.filter(pk=member.pk).update(state=Document.State.WAITING, superseded_at=None)
        jobs.requeue(member.jobs.all())
        for generation in Generation.objects.live().exclude(jobs__document=member):
            member.jobs.create(generation=generation)


def look_again(container: Document) -> None:
    """Restart unpacking below a container: what was already in the collection a moment ago may just have left it."""
    inner = Document.objects.below(container).filter(media_type__in=CONTAINERS)
    jobs.requeue(IndexJob.objects.filter(document__in=inner, state=IndexJob.State.RUNNING))


def _keepers(losing: Several[int], gone: Several[int]) -> QuerySet[Document]:
    """Containers in use, other than those that are gone, that have something in common with the losing ones."""
    members = list(Document.objects.current().filter(parent__in=losing).values_list("pk", flat=True))
    containers = Document.objects.current().filter(media_type__in=CONTAINERS).exclude(pk__in=gone)
    return containers.filter(shares__overlap=members).order_by("pk") if members else containers.none()


def _shared(keepers: QuerySet[Document]) -> set[int]:
    return {key for shares in keepers.values_list("shares", flat=True) for key in shares}


def _remember(container_id: int | None, member_id: int) -> None:
    for container in Document.objects.filter(pk=container_id or 0).exclude(shares__contains=[member_id]):
        container.shares.append(member_id)
        container.save(update_fields=["shares"])
