"""How the library stands now: documents by state, what waits, what is hard to read, and what all of it takes."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Sum

from documents.models import Document, Generation, IndexJob, Page
from documents.models.document import IS_POOR
from documents.releases import sizes

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


@dataclass(frozen=True, slots=True)
class StateCount:
    state: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Health:
    """`oldest` is since when the job waits that has waited longest."""

    states: tuple[StateCount, ...]
    waiting: int
    oldest: datetime | None
    poor_pages: int

    @property
    def failed(self) -> int:
        return sum(one.count for one in self.states if one.state == Document.State.FAILED)

    @property
    def documents(self) -> int:
        return sum(one.count for one in self.states)


@dataclass(frozen=True, slots=True)
class IndexSize:
    """What one generation takes on disk, in bytes."""

    generation: Generation
    size: int


@dataclass(frozen=True, slots=True)
class Storage:
    """Sizes in bytes. `files` are the uploaded ones, of replaced documents too; `database` holds the indexes."""

    files: int
    database: int
    free: int
    indexes: tuple[IndexSize, ...]


def health(reader: "type_Reader", collection: int | None) -> Health:
    documents = Document.objects.visible_to(reader).order_by()
    if collection is not None:
        documents = documents.filter(collection=collection)
    counts = dict(documents.values_list("state").annotate(Count("pk")))
    jobs = IndexJob.objects.filter(generation__state=Generation.State.ACTIVE, state=IndexJob.State.QUEUED)
    waiting = jobs.filter(document__in=documents).aggregate(count=Count("pk"), oldest=Min("created_at"))
    return Health(
        states=tuple(
            StateCount(state.value, str(state.label), counts[state.value])
            for state in Document.State
            if state.value in counts
        ),
        waiting=waiting["count"],
        oldest=waiting["oldest"],
        poor_pages=Page.objects.filter(IS_POOR, document__in=documents.current()).count(),
    )


def storage(collection: int | None) -> Storage:
    """Files are those of the collection, if one is chosen; the rest cannot be taken apart."""
    documents = Document.objects.all() if collection is None else Document.objects.filter(collection=collection)
    files = documents.aggregate(size=Sum("size"))["size"] or 0
    kept = Generation.objects.filter(is_scratch=False).exclude(state=Generation.State.RETIRED).select_related("model")
    indexes = tuple(IndexSize(generation, sizes.bytes_of(generation)) for generation in kept)
    return Storage(files, _database_bytes(), _free_bytes(), indexes)


def _database_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    return int(size)


def _free_bytes() -> int:
    """On the disk of the uploaded files."""
    place = settings.MEDIA_ROOT if settings.MEDIA_ROOT.exists() else settings.MEDIA_ROOT.anchor
    return shutil.disk_usage(place).free
