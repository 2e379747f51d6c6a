"""A few first questions for somebody who does not know what the documents hold, made from their headings."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, islice, zip_longest
from operator import attrgetter
from typing import TYPE_CHECKING

from chat.headings import Topic
from documents.models import Collection, Document, Page
from search.headings import is_telling
from search.suggestions import plain_heading

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

COUNT = 4
# Collections that are looked at, and the newest documents of each.
SHELVES = 8
NEWEST = 6


def suggestions(reader: "type_Reader", language: str) -> list[Topic]:
    """Topics of different documents: in the reader's language first, of every collection in turn."""
    newest = sorted(_newest(reader), key=lambda found: found.language != language)
    headings = _headings([found.pk for found in newest])
    topics = (_topic(found, headings.get(found.pk, ())) for found in newest)
    return list(islice({topic.name: topic for topic in topics if topic}.values(), COUNT))


def _newest(reader: "type_Reader") -> list[Document]:
    """The newest of each collection, then the second newest of each, and so on."""
    shelves = Collection.objects.visible_to(reader).order_by("-pk").values_list("pk", flat=True)[:SHELVES]
    ready = Document.objects.filter(state=Document.State.READY).only("pk", "title", "language", "collection_id")
    parts = [ready.filter(collection=shelf).order_by("-created_at", "-pk")[:NEWEST] for shelf in shelves]
    found = list(parts[0].union(*parts[1:], all=True)) if parts else []
    by_shelf = groupby(sorted(found, key=attrgetter("collection_id")), attrgetter("collection_id"))
    in_turn = zip_longest(*(list(documents) for _shelf, documents in by_shelf))
    return [document for document in chain.from_iterable(in_turn) if document]


def _headings(document_ids: Sequence[int]) -> dict[int, list[str]]:
    pages = Page.objects.filter(document__in=document_ids).exclude(headings=[])
    headings: dict[int, list[str]] = {}
    for document_id, entries in pages.order_by("document", "number").values_list("document", "headings"):
        headings.setdefault(document_id, []).extend(entry["text"] for entry in entries)
    return headings


def _topic(document: Document, headings: Sequence[str]) -> Topic | None:
    """One from the middle, where documents come to their matter; the first is mostly the title."""
    telling = list(_telling(headings[1:], document.title))
    return Topic(telling[len(telling) // 2], document.title) if telling else None


def _telling(headings: Iterable[str], title: str) -> Iterator[str]:
    for heading in map(plain_heading, headings):
        if is_telling(heading) and heading != title:
            yield heading
