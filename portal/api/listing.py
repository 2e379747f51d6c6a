"""Lists in parts: how many rows to skip, how many to give, and how many there are."""

from collections.abc import Iterable
from typing import Annotated, TypeVar

from django.db.models import Model, QuerySet
from ninja import Field, Query, Schema

M = TypeVar("M", bound=Model)

MOST = 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="How many to skip.")]


class Part(Schema):
    """What every list tells beside its items."""

    total: int = Field(description="How many there are that you may see.")
    limit: int
    offset: int


def part(rows: "QuerySet[M]", limit: int, offset: int) -> tuple[list[M], dict[str, int]]:
    """The rows of this part, and the figures beside them."""
    return list(rows[offset : offset + limit]), {"total": rows.count(), "limit": limit, "offset": offset}


def either(values: Iterable[str]) -> str:
    """The pattern of a parameter that is one of these."""
    return f"^({'|'.join(values)})$"
