"""Measures of a ranking against judgements; pure.

nDCG with gains 2^rel − 1 and a log2 discount: Burges et al., "Learning to Rank using Gradient Descent" (2005).
"""

import math
from collections.abc import Mapping, Sequence


def ndcg(ranking: Sequence[str], judgements: Mapping[str, int], depth: int) -> float:
    """Normalised discounted cumulative gain of the first `depth` in 0..1; 0 if nothing is relevant."""
    ideal = sorted((grade for grade in judgements.values() if grade > 0), reverse=True)[:depth]
    best = _discounted(ideal)
    return _discounted([judgements.get(key, 0) for key in ranking[:depth]]) / best if best else 0.0


def recall(ranking: Sequence[str], judgements: Mapping[str, int], depth: int) -> float:
    """Share of the relevant ones among the first `depth`."""
    relevant = {key for key, grade in judgements.items() if grade > 0}
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], judgements: Mapping[str, int], depth: int) -> float:
    """1 / rank of the first relevant one within `depth`, else 0."""
    for rank, key in enumerate(ranking[:depth], start=1):
        if judgements.get(key, 0) > 0:
            return 1 / rank
    return 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share (0..1) lies, nearest rank."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)] if ordered else 0.0


def _discounted(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))
