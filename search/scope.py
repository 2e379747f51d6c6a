"""What a search may look at: one generation, and the collections that the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from documents.models import Collection, Generation

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


@dataclass(frozen=True, slots=True)
class Scope:
    generation: Generation
    collection_ids: tuple[int, ...]


def scope_for(reader: "type_Reader", collections: Sequence[int] | None = None) -> Scope:
    """The active generation and the reader's collections, narrowed to `collections` if they are given."""
    visible = Collection.objects.visible_to(reader)
    if collections is not None:
        visible = visible.filter(pk__in=collections)
    return Scope(Generation.objects.active(), tuple(visible.order_by("pk").values_list("pk", flat=True)))
