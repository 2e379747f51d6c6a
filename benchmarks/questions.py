"""What every ranking is given and gives back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from documents.embedding.vectors import type_Vectors

# Chunks that a ranking returns: as many as each leg of the portal gives to its fusion.
DEPTH = 100

Scored = list[tuple[int, float]]


class Kind(StrEnum):
    """What a ranking looks at; speed is compared among rankings of one kind."""

    LEXICAL = "lexical"
    SEMANTIC = "semantic"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Two questions are never the same, so that rows can be kept by question."""

    text: str
    vector: "type_Vectors"


@dataclass(frozen=True, slots=True)
class Ranking:
    """A way to rank: `rank` returns up to DEPTH rows of (chunk id, score), best first."""

    name: str
    kind: Kind
    rank: Callable[[Question], Scored]
    is_ours: bool = False


def remembering(ranking: Ranking) -> Ranking:
    """The same, asked once for each question."""
    return replace(ranking, rank=cache(ranking.rank))


@dataclass(frozen=True, slots=True)
class PeerChunk:
    """A stored chunk as every engine gets it: the title of its document stands before its text."""

    id: int
    document_id: int
    text: str
    words: Sequence[str]
