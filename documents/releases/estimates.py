"""Totals of a library from a sample of its documents, with how far off they may be; pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Half the width of a 95 % interval, in standard errors.
Z_95 = 1.96


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, and how far the true one may be from it in 19 of 20 cases."""

    value: float
    error: float = 0.0

    @property
    def relative_error(self) -> float:
        return self.error / self.value if self.value else 0.0


@dataclass(frozen=True, slots=True)
class Stratum:
    """So many documents of like size, and of those that were looked at (known size, what was counted in it)."""

    population: int
    pairs: Sequence[tuple[float, float]]

    @property
    def expansion(self) -> float:
        """How many documents each of those stands for that were looked at."""
        return self.population / len(self.pairs)


def total(strata: Sequence[Stratum], known: float) -> Estimate:
    """What would be counted in all documents, whose sizes sum to `known`.

    Combined ratio estimator of a stratified sample without replacement, Cochran, Sampling Techniques, 1977, 6.11.
    """
    seen = [stratum for stratum in strata if stratum.pairs]
    sizes = sum(stratum.expansion * sum(size for size, _count in stratum.pairs) for stratum in seen)
    if not sizes:
        return Estimate(0.0)
    counts = sum(stratum.expansion * sum(count for _size, count in stratum.pairs) for stratum in seen)
    ratio = counts / sizes
    error = Z_95 * math.sqrt(sum(_variance(stratum, ratio) for stratum in seen))
    return Estimate(ratio * known, error * known / sizes)


def rate(pairs: Sequence[tuple[float, float]]) -> Estimate:
    """What there is of the second for each unit of the first, over units drawn from many more."""
    sizes = sum(size for size, _count in pairs)
    if not sizes:
        return Estimate(0.0)
    ratio = sum(count for _size, count in pairs) / sizes
    # A population so large that what was looked at is no part of it worth mentioning.
    variance = _spread(pairs, ratio) * len(pairs)
    return Estimate(ratio, Z_95 * math.sqrt(variance) / sizes)


def _variance(stratum: Stratum, ratio: float) -> float:
    left_out = 1 - len(stratum.pairs) / stratum.population
    return stratum.population * stratum.expansion * left_out * _spread(stratum.pairs, ratio)


def _spread(pairs: Sequence[tuple[float, float]], ratio: float) -> float:
    """Variance of what the ratio leaves over."""
    if len(pairs) < 2:
        return 0.0
    left_over = [count - ratio * size for size, count in pairs]
    mean = sum(left_over) / len(pairs)
    return sum((value - mean) ** 2 for value in left_over) / (len(pairs) - 1)
