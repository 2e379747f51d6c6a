"""What a search may look at: one generation, the reader's collections, and in them what is in effect today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from psycopg import sql

from documents import effective
from documents.models import Collection, Document, Generation
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
        rows = sql.SQL("generation_id = {} AND collection_id = ANY({})").format(
            sql.Literal(self.generation.pk), sql.Literal(list(self.collection_ids))
        )
        left_out = sql.SQL("document_id <> ALL({})").format(sql.Literal(list(self.left_out)))
        return sql.SQL(" AND ").join([rows, *([left_out] if self.left_out else []), *self.wanted])


def scope_for(reader: "type_Reader", collections: Sequence[int] | None = None) -> Scope:
    """The active generation and the reader's collections, narrowed to `collections` if they are given."""
    visible = Collection.objects.visible_to(reader)
    if collections is not None:
        visible = visible.filter(pk__in=collections)
    ids = tuple(visible.order_by("pk").values_list("pk", flat=True))
    resting = Document.objects.not_in_effect(effective.today()).filter(collection__in=ids)
    return Scope(Generation.objects.active(), ids, tuple(resting.order_by("pk").values_list("pk", flat=True)))


def narrowed(scope: Scope, filters: Filters) -> Scope:
    """The same scope with what these filters want of a row."""
    return replace(scope, wanted=tuple(conditions(filters, scope.collection_ids)))
