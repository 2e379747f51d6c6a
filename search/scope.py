"""What a search may look at: one generation, the reader's collections, and in them what is in effect today."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from documents import effective
from documents.models import Collection, Document, Generation

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


@dataclass(frozen=True, slots=True)
class Scope:
    generation: Generation
    collection_ids: tuple[int, ...]
    # Documents of these collections that do not hold today; few, since most have no such days.
    left_out: tuple[int, ...] = ()

    @property
    def condition(self) -> sql.Composable:
        """What a chunk's row has to fulfil, without a join, and without a word about what nothing is left out of."""
        rows = sql.SQL("generation_id = {} AND collection_id = ANY({})").format(
            sql.Literal(self.generation.pk), sql.Literal(list(self.collection_ids))
        )
        if not self.left_out:
            return rows
        return sql.SQL("{} AND document_id <> ALL({})").format(rows, sql.Literal(list(self.left_out)))


def scope_for(reader: "type_Reader", collections: Sequence[int] | None = None) -> Scope:
    """The active generation and the reader's collections, narrowed to `collections` if they are given."""
    visible = Collection.objects.visible_to(reader)
    if collections is not None:
        visible = visible.filter(pk__in=collections)
    ids = tuple(visible.order_by("pk").values_list("pk", flat=True))
    resting = Document.objects.not_in_effect(effective.today()).filter(collection__in=ids)
    return Scope(Generation.objects.active(), ids, tuple(resting.order_by("pk").values_list("pk", flat=True)))
