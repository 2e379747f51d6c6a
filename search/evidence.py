"""What a calibration leaves behind to judge it by: how the ranks were spread, and examples from best to worst.

Kept with the generation as JSON. Passages are named, not copied, and what was asked is made of them anew: what is
deleted is gone here too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.probes import Finding

EXAMPLES = 10
# Largest rank of each bar of the histogram; behind the last one the passage was not found.
BARS = (1, 3, 10, 100)


@dataclass(frozen=True, slots=True)
class Example:
    """`rank` is None if the passage did not come back; `instead` is the chunk that came first in its place."""

    chunk_id: int
    rank: int | None
    instead: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """`bars` counts the probes by rank: first, second or third, up to ten, up to a hundred, not found."""

    probes: int
    bars: tuple[int, ...]
    examples: tuple[Example, ...]

    @property
    def share_first(self) -> float:
        return self.bars[0] / self.probes

    @property
    def share_in_ten(self) -> float:
        return sum(self.bars[:3]) / self.probes


def kept(findings: Sequence[Finding]) -> dict[str, Any]:
    """The JSON of one language's findings."""
    return {
        "bars": _bars(findings),
        "examples": [
            {
                "chunk": found.probe.chunk_id,
                "rank": found.rank,
                "instead": None if found.rank == 1 else found.first,
            }
            for found in _from_best_to_worst(findings)
        ],
    }


def recalled(stored: Mapping[str, Any]) -> Evidence:
    """The same, read back."""
    rows = stored["examples"]
    examples = tuple(Example(row["chunk"], row["rank"], row["instead"]) for row in rows)
    return Evidence(sum(stored["bars"]), tuple(stored["bars"]), examples)


def _bars(findings: Sequence[Finding]) -> list[int]:
    counts = [0] * (len(BARS) + 1)
    for found in findings:
        counts[_bar(found.rank)] += 1
    return counts


def _bar(rank: int | None) -> int:
    return next((i for i, largest in enumerate(BARS) if rank is not None and rank <= largest), len(BARS))


def _from_best_to_worst(findings: Sequence[Finding]) -> list[Finding]:
    """Evenly over all ranks, so that the examples are as good and as bad as the whole."""
    ranked = sorted(findings, key=lambda found: (found.rank is None, found.rank or 0))
    if len(ranked) <= EXAMPLES:
        return ranked
    step = (len(ranked) - 1) / (EXAMPLES - 1)
    return [ranked[round(step * i)] for i in range(EXAMPLES)]
