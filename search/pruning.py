"""Which rows can still beat a threshold, judged by the most that each query term can add to a score; pure.

MaxScore in two steps: a row has to hold one of the terms without which the others do not suffice, and then one of
those without which the rest does not suffice beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


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
    """The rows that hold `term` and, unless there are none, one of `others`."""

    term: int
    others: tuple[int, ...]
    # How many rows these are if the terms have nothing to do with each other.
    expected: float


def branches(terms: Sequence[Bounded], threshold: float, rows: int) -> list[Branch]:
    """Cover every row that holds none but these terms and can score above the threshold; of `rows` rows in all."""
    return list(_branches(sorted(terms, key=lambda term: -term.upper_bound), threshold, rows))


def _branches(terms: Sequence[Bounded], threshold: float, rows: int) -> Iterator[Branch]:
    left = sum(term.upper_bound for term in terms)
    for place, term in enumerate(terms):
        if left <= threshold:
            return
        others = _needed(terms[place + 1 :], threshold - term.upper_bound)
        share = 1.0 if not others else 1 - _none_of(others, rows)
        yield Branch(term.dimension, tuple(other.dimension for other in others), term.df * share)
        left -= term.upper_bound


def _needed(terms: Sequence[Bounded], missing: float) -> list[Bounded]:
    """The terms of which a row has to hold one for the rest to exceed what is missing; none if nothing is."""
    found: list[Bounded] = []
    left = sum(term.upper_bound for term in terms)
    for term in terms if missing >= 0 else ():
        if left <= missing:
            break
        found.append(term)
        left -= term.upper_bound
    return found


def _none_of(terms: Sequence[Bounded], rows: int) -> float:
    share = 1.0
    for term in terms:
        share *= 1 - min(term.df / max(rows, 1), 1.0)
    return share
