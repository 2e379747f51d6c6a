"""Learns from questions with and without an answer how much evidence an answer needs, language by language; pure.

The evidence itself is a fixed formula, see chat.refusal; only where it is cut is learned. A refusal of a question that
the documents do answer counts as much as COST quotes that answer nothing: a quote can be seen to answer nothing, while
nobody looks behind a refusal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter

from chat.roc import area

COST = 4
_THRESHOLDS = [number / 100 for number in range(1, 100)]


@dataclass(frozen=True, slots=True)
class Case:
    """One question of a set, and whether the documents that were asked answer it."""

    source: str
    language: str
    evidence: float
    is_answerable: bool


@dataclass(frozen=True, slots=True)
class RefusalFigures:
    """`precision` is of refusals: the share of them that were right; `recall`: of the unanswerable, those refused."""

    answerable: int
    unanswerable: int
    auc: float
    threshold: float
    precision: float
    recall: float
    # Share of the answerable questions that are refused.
    wrongly_refused: float


def figures(cases: Sequence[Case], threshold: float) -> RefusalFigures:
    answerable = [case.evidence for case in cases if case.is_answerable]
    others = [case.evidence for case in cases if not case.is_answerable]
    right, wrong = _below(others, threshold), _below(answerable, threshold)
    return RefusalFigures(
        len(answerable),
        len(others),
        round(area(answerable, others, if_empty=0.0), 4),
        threshold,
        round(right / (right + wrong), 4) if right + wrong else 0.0,
        round(right / len(others), 4) if others else 0.0,
        round(wrong / len(answerable), 4) if answerable else 0.0,
    )


def learned(cases: Iterable[Case]) -> dict[str, float]:
    """The cheapest threshold of each language; every set counts alike, and half of it for each kind of question."""
    found = {}
    for language, group in groupby(sorted(cases, key=attrgetter("language")), attrgetter("language")):
        sets = _sets(group)
        if sets:
            found[language] = min(_THRESHOLDS, key=partial(_total_cost, sets))
    return found


def halves(cases: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    """To learn from and to judge by: of every set and kind every second question."""
    first: list[Case] = []
    second: list[Case] = []
    kinds = attrgetter("source", "language", "is_answerable")
    for _kind, group in groupby(sorted(cases, key=kinds), kinds):
        for number, case in enumerate(group):
            (second if number % 2 else first).append(case)
    return first, second


def _sets(cases: Iterable[Case]) -> list[list[Case]]:
    """The sets that have questions of both kinds."""
    groups = groupby(sorted(cases, key=attrgetter("source")), attrgetter("source"))
    sets = [list(group) for _source, group in groups]
    return [found for found in sets if len({case.is_answerable for case in found}) == 2]


def _cost(cases: Sequence[Case], threshold: float) -> float:
    found = figures(cases, threshold)
    return COST * found.wrongly_refused + 1 - found.recall


def _total_cost(sets: Sequence[Sequence[Case]], threshold: float) -> float:
    return sum((_cost(cases, threshold) for cases in sets), 0.0)


def _below(values: Iterable[float], threshold: float) -> int:
    return sum(value < threshold for value in values)
