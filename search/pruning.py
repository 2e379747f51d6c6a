"""Which rows can still beat a threshold, judged by the most that each query term can add to a score; pure.

MaxScore, taken further: a row has to hold one of the terms without which the others do not suffice, then one of those
without which the rest does not suffice beside it, and so on, as deep as that saves more than it costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

# So many rows of a term's list cost about as much as reading one row, where a rarer term beside lets the index skip.
LOOKED_UP_FOR_ONE = 100
# More of them are asked for at once only if the first step alone makes more.
MOST_BRANCHES = 32


class Bounded(Protocol):
    """A query term: the number of its rows, and the most that it adds to a score."""

    @property
    def df(self) -> int: ...

    @property
    def upper_bound(self) -> float: ...

    @property
    def dimension(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Branch:
    """The rows that hold all of `held` and, unless there are none, one of `others`."""

    held: tuple[int, ...]
    others: tuple[int, ...]
    # How many rows these are if the terms have nothing to do with each other.
    expected: float


def branches(terms: Sequence[Bounded], threshold: float, rows: int) -> list[Branch]:
    """Cover every row that holds none but these terms and can score above the threshold; of `rows` rows in all."""
    ordered = tuple(sorted(terms, key=lambda term: -term.upper_bound))
    whole = _Cover((), ordered, threshold, float(rows), rows)
    most = max(MOST_BRANCHES, whole.width)
    waiting = [whole] if whole.width else []
    found: list[Branch] = []
    while waiting:
        waiting.sort(key=lambda cover: cover.expected)
        cover = waiting.pop()
        parts = cover.split(most - len(waiting) - len(found))
        waiting += parts
        found += [] if parts else [cover.branch()]
    return found


class _Cover:
    """Rows that hold all of `held`, if what they have of `rest`, the largest bounds first, exceeds `missing`."""

    def __init__(
        self, held: tuple[Bounded, ...], rest: tuple[Bounded, ...], missing: float, holding: float, rows: int
    ) -> None:
        self._held, self._rest, self._missing, self._holding, self._rows = held, rest, missing, holding, rows
        self._others = rest[: _needed(rest, missing)] if missing >= 0 else ()
        self.width = len(self._others)
        self.expected = holding * (1 - _none_of(self._others, rows)) if self._others else holding
        looked_up = sum(term.df for term in held) + sum(term.df for term in self._others)
        # In rows that are read.
        self._cost = self.expected + looked_up / LOOKED_UP_FOR_ONE

    def split(self, most: int) -> "list[_Cover]":
        """The same rows in up to `most` covers that hold one term more each; none if that would not save any."""
        if not 0 < self.width <= most:
            return []
        parts = [self._part(place, term) for place, term in enumerate(self._others)]
        return parts if sum(part._cost for part in parts) < self._cost else []

    def branch(self) -> Branch:
        return Branch(_dimensions(self._held), _dimensions(self._others), self.expected)

    def _part(self, place: int, term: Bounded) -> "_Cover":
        """The rows that hold this term and none before it."""
        return _Cover(
            (*self._held, term),
            self._rest[place + 1 :],
            self._missing - term.upper_bound,
            self._holding * min(term.df / max(self._rows, 1), 1.0),
            self._rows,
        )


def _needed(terms: Sequence[Bounded], missing: float) -> int:
    """Of how many of the first terms a row has to hold one for all that it has to exceed what is missing."""
    from_the_last = accumulate(term.upper_bound for term in reversed(terms))
    return len(terms) - sum(left <= missing for left in from_the_last)


def _none_of(terms: Sequence[Bounded], rows: int) -> float:
    share = 1.0
    for term in terms:
        share *= 1 - min(term.df / max(rows, 1), 1.0)
    return share


def _dimensions(terms: Sequence[Bounded]) -> tuple[int, ...]:
    return tuple(term.dimension for term in terms)
