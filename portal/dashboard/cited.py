"""Documents that answers rest on most, and those that no answer of a time has cited."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, QuerySet, Window

from chat.models import Citation
from documents.models import Collection, Document
from portal.dashboard.span import Span

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# Documents of each list.
SHOWN = 10


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """A document and the number of answers that cite it."""

    document: Document
    answers: int


@dataclass(frozen=True, slots=True)
class NeverCited:
    """How many searchable documents nobody was shown, and those of them that have been there longest."""

    count: int
    oldest: Sequence[Document]


def most_cited(reader: "type_Reader", span: Span, collection: int | None) -> list[CitedDocument]:
    """Deleted documents are left out; the ones cited most first."""
    shelves = Collection.objects.visible_to(reader)
    if collection is not None:
        shelves = shelves.filter(pk=collection)
    # A document never leaves its collection, so that its own row need not be looked at.
    marks = _marks(span).filter(document__isnull=False, collection__in=shelves)
    rows = marks.order_by().values_list("document").annotate(answers=Count("answer", distinct=True))
    counts = dict(rows.order_by("-answers", "document")[:SHOWN])
    found = Document.objects.select_related("collection").defer("sketch").in_bulk(counts)
    return [CitedDocument(found[pk], count) for pk, count in counts.items() if pk in found]


def never_cited(reader: "type_Reader", span: Span, collection: int | None) -> NeverCited:
    """Of what is searchable now and was there before the end of the time. Archives have no text of their own."""
    there = _documents(reader, collection).filter(
        state=Document.State.READY, chunk_count__gt=0, created_at__lt=span.end
    )
    silent = there.filter(~Exists(_marks(span).filter(document=OuterRef("pk"))))
    counted = silent.annotate(silent_count=Window(Count("pk"))).select_related("collection").defer("sketch")
    oldest = list(counted.order_by("created_at", "pk")[:SHOWN])
    return NeverCited(oldest[0].silent_count if oldest else 0, oldest)


def _documents(reader: "type_Reader", collection: int | None) -> QuerySet[Document]:
    found = Document.objects.visible_to(reader)
    return found if collection is None else found.filter(collection=collection)


def _marks(span: Span) -> QuerySet[Citation]:
    return Citation.objects.filter(answer__created_at__gte=span.begin, answer__created_at__lt=span.end)
