"""Lists as people see them: shelves with their counts, a collection's documents filtered and sorted."""

from collections.abc import Collection as Several
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.paginator import Page as PageOfRows
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import effective, near_duplicates
from documents.failures import Explanation, explain
from documents.media_types import KINDS, kind_of
from documents.models import Collection, Document, Generation, IndexJob
from documents.near_duplicates import NearDuplicate
from documents.progress import UNDER_WAY, Pace, Progress, pace_of, progress_of
from documents.situation import situation_of
from documents.waiting import Situation

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

ROWS = 50
# Jobs finished within this time tell the pace of the work.
PACE_WINDOW = timedelta(minutes=5)
SORTS = {
    "title": "title",
    "state": "state",
    "pages": "page_count",
    "passages": "chunk_count",
    "size": "size",
    "type": "media_type",
    "uploaded": "created_at",
}
NEWEST_FIRST = "-uploaded"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to see of a collection."""

    text: str = ""
    state: str = ""
    kind: str = ""
    reason: str = ""
    sort: str = NEWEST_FIRST
    page: int = 1

    @property
    def narrows(self) -> bool:
        return bool(self.text or self.state or self.kind or self.reason)


@dataclass(frozen=True, slots=True)
class Row:
    document: Document
    kind: str
    progress: Progress | None
    failure: Explanation | None
    # Why answers leave it out today, in two words.
    effect: str
    near: NearDuplicate | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head: its `aria-sort`, if the list is sorted by it, and the order that a click asks for."""

    name: str
    label: str
    direction: str
    next_sort: str


@dataclass(frozen=True, slots=True)
class Library:
    rows: list[Row]
    page: "PageOfRows[Document]"
    pace: Pace
    wish: Wish
    columns: list[Column]


def shelves(collections: QuerySet[Collection]) -> QuerySet[Collection]:
    """Add to each collection how many of its documents are searchable, under way and failed."""
    return collections.annotate(
        document_count=Count("documents", distinct=True),
        searchable_count=Count("documents", filter=Q(documents__state=Document.State.READY), distinct=True),
        progress_count=Count("documents", filter=Q(documents__state__in=UNDER_WAY), distinct=True),
        failed_count=Count("documents", filter=Q(documents__state=Document.State.FAILED), distinct=True),
    )


def library_of(collection: Collection, wish: Wish, reader: "type_Reader") -> Library:
    shelves = near_duplicates.shelves_of(reader)
    found = in_order(filtered(Document.objects.filter(collection=collection), wish), wish.sort)
    page = Paginator(
        found.select_related("parent", "near_duplicate_of").defer("sketch").prefetch_related(_active_jobs()), ROWS
    ).get_page(wish.page)
    return Library(
        rows=rows_of(list(page), shelves),
        page=page,
        pace=pace(Document.objects.filter(collection=collection), timezone.now()),
        wish=wish,
        columns=[_column(name, label, wish.sort) for name, label in _labels().items()],
    )


def rows_of(documents: Sequence[Document], shelves: Several[int] = ()) -> list[Row]:
    """Describe documents fetched with `with_active_job`, for somebody who reads these collections."""
    situation = situation_of([job for document in documents if (job := active_job(document))])
    return [_row(document, situation, shelves) for document in documents]


def _row(document: Document, situation: Situation, shelves: Several[int]) -> Row:
    return Row(
        document=document,
        kind=kind_of(document.media_type),
        progress=progress_of(active_job(document), situation) if document.is_in_progress else None,
        failure=failure_of(document),
        effect=effective.tag(document, effective.today()),
        near=near_duplicates.undecided(document, shelves) if shelves else None,
    )


def pace(documents: QuerySet[Document], now: datetime) -> Pace:
    states = dict(documents.order_by().values_list("state").annotate(Count("pk")))
    finished = IndexJob.objects.filter(
        document__in=documents.order_by(),
        generation__state=Generation.State.ACTIVE,
        finished_at__gt=now - PACE_WINDOW,
    )
    moments = [moment for moment in finished.values_list("finished_at", flat=True) if moment]
    return pace_of(states, moments, now, PACE_WINDOW.seconds)


def failure_of(document: Document) -> Explanation | None:
    if document.state != Document.State.FAILED:
        return None
    return explain(document.error_code)


def with_active_job(documents: QuerySet[Document]) -> QuerySet[Document]:
    return documents.prefetch_related(_active_jobs())


def members_of(document: Document) -> list[Row]:
    """What came out of an archive or a mail, by folder and name."""
    return rows_of(list(with_active_job(document.members.order_by("folder", "file_name", "pk"))))


def active_job(document: Document) -> IndexJob | None:
    jobs: list[IndexJob] = getattr(document, "active_jobs", [])
    return jobs[0] if jobs else None


def _labels() -> dict[str, str]:
    return {
        "title": _("Title"),
        "state": _("State"),
        "pages": _("Pages"),
        "passages": _("Passages"),
        "size": _("Size"),
        "type": _("Type"),
        "uploaded": _("Uploaded"),
    }


def _column(name: str, label: str, sort: str) -> Column:
    direction = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
    return Column(name, label, direction, f"-{name}" if direction == "ascending" else name)


def _active_jobs() -> "Prefetch[str, QuerySet[IndexJob], str]":
    jobs = IndexJob.objects.filter(generation__state=Generation.State.ACTIVE)
    return Prefetch("jobs", queryset=jobs, to_attr="active_jobs")


def filtered(documents: QuerySet[Document], wish: Wish) -> QuerySet[Document]:
    if wish.text:
        documents = documents.filter(Q(title__icontains=wish.text) | Q(file_name__icontains=wish.text))
    if wish.state == "progress":
        documents = documents.filter(state__in=UNDER_WAY)
    elif wish.state:
        documents = documents.filter(state=wish.state)
    if wish.reason:
        documents = documents.filter(state=Document.State.FAILED, error_code=wish.reason)
    if wish.kind:
        documents = documents.filter(media_type__in=KINDS[wish.kind].media_types)
    return documents


def in_order(documents: QuerySet[Document], sort: str) -> QuerySet[Document]:
    descending, name = sort.startswith("-"), sort.removeprefix("-")
    field = SORTS.get(name, "created_at")
    return documents.order_by(f"-{field}" if descending else field, "-pk" if descending else "pk")
