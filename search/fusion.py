"""How the two legs become one ranking; pure.

Convex combination of normalised scores: Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval"
(2023). The weight of the vectors is not fixed: it is how well the embedding model was measured to retrieve this
library's own text in that language, so that a weak model cannot drag a good ranking down.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

# Weight of the vectors when the model retrieves perfectly.
MAX_SEMANTIC_WEIGHT = 0.6
RRF_K = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that either leg found, with both of its exact scores."""

    chunk_id: int
    language: str
    lexical: float
    cosine: float
    lexical_rank: int | None = None
    semantic_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Fused:
    """`weight` is the vectors' share of the score, 0 to 1; `by_words` is what the lexical leg has put into it."""

    candidate: Candidate
    score: float
    weight: float = 0.0
    by_words: float = 0.0


def calibrated(candidates: Sequence[Candidate], trust: Callable[[str], float], coverage: float = 1.0) -> list[Fused]:
    """Rank by `(1−w)·lexical/max + w·(cosine−min)/(max−min)`; ties by cosine, then by chunk id.

    w = 0.6 × trust(language) if the index knows all words of the query. Of an unknown word the lexical leg says
    nothing: its part is multiplied by coverage², and w is the vectors' share of both parts.
    """
    if not candidates:
        return []
    highest = max(candidate.lexical for candidate in candidates) or 1.0
    nearest = max(candidate.cosine for candidate in candidates)
    farthest = min(candidate.cosine for candidate in candidates)
    spread = (nearest - farthest) or 1.0

    def fused(candidate: Candidate) -> Fused:
        weight = semantic_weight(trust(candidate.language), coverage)
        by_words = (1 - weight) * candidate.lexical / highest
        return Fused(candidate, by_words + weight * (candidate.cosine - farthest) / spread, weight, by_words)

    return _ranked(map(fused, candidates))


def semantic_weight(trust: float, coverage: float) -> float:
    """The vectors' share of the score, 0 to 1."""
    semantic = MAX_SEMANTIC_WEIGHT * trust
    lexical = (1 - semantic) * coverage**2
    return semantic / (semantic + lexical) if semantic else 0.0


def by_lexical(candidates: Sequence[Candidate]) -> list[Fused]:
    found = [candidate for candidate in candidates if candidate.lexical_rank is not None]
    return _ranked(Fused(candidate, candidate.lexical, by_words=candidate.lexical) for candidate in found)


def by_cosine(candidates: Sequence[Candidate]) -> list[Fused]:
    found = [candidate for candidate in candidates if candidate.semantic_rank is not None]
    return _ranked(Fused(candidate, candidate.cosine, weight=1.0) for candidate in found)


def reciprocal_rank(candidates: Sequence[Candidate]) -> list[Fused]:
    """Reciprocal rank fusion, k = 60 (Cormack, Clarke and Buettcher, 2009): what peers do, kept to compare with."""

    def score(rank: int | None) -> float:
        return 0.0 if rank is None else 1 / (RRF_K + rank)

    def fused(candidate: Candidate) -> Fused:
        by_words = score(candidate.lexical_rank)
        return Fused(candidate, by_words + score(candidate.semantic_rank), weight=0.5, by_words=by_words)

    return _ranked(map(fused, candidates))


def _ranked(scored: Iterable[Fused]) -> list[Fused]:
    """Where the words say nothing and the model is not trusted, its order is still better than that of arrival."""
    return sorted(scored, key=lambda fused: (-fused.score, -fused.candidate.cosine, fused.candidate.chunk_id))
