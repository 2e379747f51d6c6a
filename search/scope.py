"""What a search may look at: one generation, the reader's collections, and in them what is in effect today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Q
from psycopg import sql

from documents import effective
from documents.models import Collection, Document, Generation
from documents.versions import current_of
from search.filters import Filters
from search.narrowing import conditions

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


@dataclass(frozen=True, slots=True)
class Scope:
    generation: Generation
    collection_ids: tuple[int, ...]
    # Documents of these collections that do not hold today; few, since most have no such days.
    left_out: tuple[int, ...] = ()
    # What the filters of a query want of a row beside.
    wanted: tuple[sql.Composable, ...] = ()

    @property
    def condition(self) -> sql.Composable:
        """What a chunk's row has to fulfil, without a join, and without a word about what nothing is left out of."""
        return self._condition(sql.SQL("collection_id"))

    @property
    def check(self) -> sql.Composable:
        """The same for rows that the index of terms finds: to look up all of a collection beside would only cost."""
        return self._condition(sql.SQL("(collection_id + 0)"))

    def _condition(self, collection: sql.Composable) -> sql.Composable:
        rows = sql.SQL("generation_id = {} AND {} = ANY({})").format(
            sql.Literal(self.generation.pk), collection, sql.Literal(list(self.collection_ids))
        )
        left_out = sql.SQL("document_id <> ALL({})").format(sql.Literal(list(self.left_out)))
        return sql.SQL(" AND ").join([rows, *([left_out] if self.left_out else []), *self.wanted])


def scope_for(
    reader: "type_Reader",
    collections: Sequence[int] | None = None,
    documents: Sequence[int] = (),
    generation_id: int | None = None,
) -> Scope:
    """The active generation and the reader's collections, narrowed to `collections` if they are given.

    Single documents are added to what is given of collections, in their newest versions; alone they are all. Who
    searches more than once for one answer names the generation that it began in.
    """
    visible = Collection.objects.visible_to(reader)
    chosen = _newest(reader, documents)
    if collections is not None or documents:
        visible = visible.filter(
            Q(pk__in=collections or ()) | Q(pk__in=[document.collection_id for document in chosen])
        )
    ids = tuple(visible.order_by("pk").values_list("pk", flat=True))
    resting = Document.objects.not_in_effect(effective.today()).filter(collection__in=ids)
    left_out = tuple(resting.order_by("pk").values_list("pk", flat=True))
    wanted = (_one_of(collections or (), chosen),) if documents else ()
    return Scope(_generation(generation_id), ids, left_out, wanted)


def _generation(key: int | None) -> Generation:
    if key is None:
        return Generation.objects.active()
    return Generation.objects.select_related("model").get(pk=key)


def _newest(reader: "type_Reader", documents: Sequence[int]) -> list[Document]:
    if not documents:
        return []
    named = Document.objects.visible_to(reader).filter(pk__in=documents).defer("sketch").order_by("pk")
    return [current_of(document) for document in named]


def _one_of(collections: Sequence[int], documents: Sequence[Document]) -> sql.Composable:
    return sql.SQL("(collection_id = ANY({}) OR document_id = ANY({}))").format(
        sql.Literal(list(collections)), sql.Literal([document.pk for document in documents])
    )


def narrowed(scope: Scope, filters: Filters) -> Scope:
    """The same scope with what these filters want of a row."""
    return replace(scope, wanted=(*scope.wanted, *conditions(filters, scope.collection_ids)))
