"""How sure a mean over questions is: percentile bootstrap, seeded, so that it is the same every time; pure.

Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), 13; for retrieval Sakai, "Evaluating Evaluation
Metrics Based on the Bootstrap" (SIGIR 2006).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 2000
LEVEL = 0.95
SEED = 6


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean, and where it lies with a certainty of 95 %."""

    mean: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2

    @property
    def is_below_zero(self) -> bool:
        return self.high < 0

    @property
    def is_above_zero(self) -> bool:
        return self.low > 0


def intervals(values: np.ndarray) -> list[Interval]:
    """One for each column of values of shape (questions, measures); none of no questions."""
    if not len(values):
        return []
    draws = np.random.default_rng(SEED).multinomial(len(values), np.full(len(values), 1 / len(values)), RESAMPLES)
    means = draws @ values / len(values)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return [
        Interval(round(float(mean), 4), round(float(a), 4), round(float(b), 4))
        for mean, a, b in zip(values.mean(axis=0), low, high, strict=True)
    ]


def interval(values: Sequence[float]) -> Interval:
    """Of one measure. Raises IndexError if there is no question."""
    return intervals(np.asarray(values, dtype=np.float64).reshape(-1, 1))[0]


def difference(first: Sequence[float], second: Sequence[float]) -> Interval:
    """What the second is better by, question by question: what makes a question hard meets both alike."""
    return interval([b - a for a, b in zip(first, second, strict=True)])
