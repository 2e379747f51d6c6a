"""What a conversation is asked of: collections and single documents, as a form sends them and a page shows them.

Nothing chosen means everything that the person may read, today and later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from chat.models import Conversation
from documents.models import Collection, Document
from documents.sent_keys import key_of
from documents.versions import current_of

if TYPE_CHECKING:
    from django.http import QueryDict

    from documents.models.collection import type_Reader

# More single documents are better asked as their collections.
MOST_DOCUMENTS = 50
OFFERED = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """Ids that the person may read; none of either means all."""

    collections: tuple[int, ...] = ()
    documents: tuple[int, ...] = ()

    @property
    def is_narrow(self) -> bool:
        return bool(self.collections or self.documents)


@dataclass(frozen=True, slots=True)
class Choice:
    """The scope picker: all collections with those that are ticked, and the documents that are."""

    collections: tuple[tuple[Collection, bool], ...]
    documents: tuple[Document, ...]
    # Something is chosen that may no longer be read.
    has_lost: bool

    @property
    def chosen(self) -> tuple[str, ...]:
        ticked = [collection.name for collection, is_ticked in self.collections if is_ticked]
        return (*ticked, *(document.title for document in self.documents))

    @property
    def is_narrow(self) -> bool:
        return self.has_lost or bool(self.chosen)


def asked_of(sent: "QueryDict", reader: "type_Reader") -> Asked:
    """What is ticked in a form, as far as the person may read it; nothing if that is all collections."""
    wanted = set(sent.getlist("collection"))
    readable = list(Collection.objects.visible_to(reader).order_by("pk").values_list("pk", flat=True))
    collections = tuple(key for key in readable if str(key) in wanted)
    documents = _documents(reader, sent.getlist("document"))
    if len(collections) == len(readable) and not documents:
        collections = ()
    return Asked(collections, tuple(document.pk for document in documents))


def choice(reader: "type_Reader", conversation: Conversation | None = None) -> Choice:
    """What the picker shows for a conversation, or for a first question."""
    collections = list(Collection.objects.visible_to(reader).order_by("name"))
    if conversation is None:
        return Choice(tuple((collection, False) for collection in collections), (), has_lost=False)
    documents = _documents(reader, [str(key) for key in conversation.documents])
    ticked = {collection.pk for collection in collections} & set(conversation.collections)
    lost = len(ticked) < len(conversation.collections) or len(documents) < len(conversation.documents)
    return Choice(
        tuple((collection, collection.pk in ticked) for collection in collections), tuple(documents), has_lost=lost
    )


def offered(reader: "type_Reader", typed: str, chosen: Sequence[str]) -> list[Document]:
    """Documents that somebody may mean who types this, those first whose title begins with it."""
    words = typed.split()
    if not words:
        return []
    found = _askable(reader).exclude(pk__in=_keys(chosen))
    for word in words:
        found = found.filter(Q(title__icontains=word) | Q(file_name__icontains=word))
    rows = list(found.select_related("collection").order_by("title", "pk")[: 4 * OFFERED])
    rows.sort(key=lambda document: not document.title.casefold().startswith(typed.strip().casefold()))
    return rows[:OFFERED]


def _askable(reader: "type_Reader") -> QuerySet[Document]:
    return Document.objects.visible_to(reader).filter(state=Document.State.READY).defer("sketch")


def _documents(reader: "type_Reader", keys: Sequence[str]) -> list[Document]:
    """In place of one that was replaced stands its newest version."""
    named = Document.objects.visible_to(reader).filter(pk__in=_keys(keys)[:MOST_DOCUMENTS])
    current = {current_of(document).pk for document in named}
    return list(_askable(reader).filter(pk__in=current).order_by("title", "pk"))


def _keys(sent: Sequence[str]) -> list[int]:
    return [key for key in map(key_of, sent) if key is not None]
