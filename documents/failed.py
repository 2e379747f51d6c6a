"""Documents that failed, grouped by the reason, and trying all of one reason again."""

import time
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from documents import ingestion, reconciling
from documents.failures import Explanation, explain
from documents.models import Collection, Document

SHOWN = 3
# What one request can bear; the rest is left for the next.
RETRIES_AT_ONCE = 500
RETRY_TIME_S = 10.0


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection with how many of its documents failed for one reason."""

    collection: Collection
    count: int


@dataclass(frozen=True, slots=True)
class Failures:
    """Documents that failed for one reason: how many, the newest of them, and where the others are."""

    code: str
    words: Explanation
    first: list[Document]
    shelves: list[Shelf]

    @property
    def count(self) -> int:
        return sum(shelf.count for shelf in self.shelves)


@dataclass(frozen=True, slots=True)
class Retried:
    queued: int
    left: int


def failures_of(documents: QuerySet[Document]) -> list[Failures]:
    """The reasons why some of `documents` failed, the most frequent first."""
    failed = documents.filter(state=Document.State.FAILED).order_by()
    rows = list(failed.values("error_code", "collection_id").annotate(count=Count("pk")).order_by("-count"))
    if not rows:
        return []
    collections = Collection.objects.in_bulk({row["collection_id"] for row in rows})
    first = _first(failed)
    shelves: dict[str, list[Shelf]] = {}
    for row in rows:
        shelves.setdefault(row["error_code"], []).append(Shelf(collections[row["collection_id"]], row["count"]))
    found = [Failures(code, explain(code), first.get(code, []), of_code) for code, of_code in shelves.items()]
    return sorted(found, key=lambda failures: -failures.count)


def retry_all(documents: QuerySet[Document], code: str) -> Retried:
    """Start those of `documents` anew that failed for this reason, the oldest first, within bounds."""
    failed = documents.filter(state=Document.State.FAILED, error_code=code).order_by("pk")
    deadline, count, queued = time.monotonic() + RETRY_TIME_S, 0, list[int]()
    for document in failed.defer("sketch")[:RETRIES_AT_ONCE]:
        queued += ingestion.start_anew(document)
        count += 1
        if time.monotonic() > deadline:
            break
    # Upkeep sends the others.
    ingestion.hint(queued[: reconciling.HINTS_AT_ONCE])
    return Retried(count, failed.count())


def _first(failed: QuerySet[Document]) -> dict[str, list[Document]]:
    place = Window(RowNumber(), partition_by=F("error_code"), order_by=F("pk").desc())
    first: dict[str, list[Document]] = {}
    newest = failed.only("title", "error_code").annotate(place=place).filter(place__lte=SHOWN)
    for document in newest.order_by("place"):
        first.setdefault(document.error_code, []).append(document)
    return first
