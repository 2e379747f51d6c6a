"""Measures of rankings against judgements, by ir-measures, which asks trec_eval; and percentiles of times.

MacAvaney et al., "Streamlining Evaluation with ir-measures" (ECIR 2022). nDCG has linear gains and a log2 discount:
Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields

import ir_measures
from ir_measures import RR, R, nDCG

# No measure looks deeper.
DEPTH = 10
_MEASURES = (nDCG @ DEPTH, R @ 1, R @ 5, R @ DEPTH, RR)


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one question, or means over several, each in 0..1."""

    ndcg_10: float = 0.0
    recall_1: float = 0.0
    recall_5: float = 0.0
    recall_10: float = 0.0
    mrr_10: float = 0.0


def scores(rankings: Mapping[str, Sequence[str]], judgements: Mapping[str, Mapping[str, int]]) -> dict[str, Scores]:
    """Question -> its scores, for every question that was ranked; all 0 where nothing is relevant.

    `rankings`: question -> keys of what was found, best first, none twice. `judgements`: question -> key -> grade.
    """
    run = {key: {name: -float(rank) for rank, name in enumerate(found[:DEPTH])} for key, found in rankings.items()}
    grades = {key: dict(judgements.get(key, {})) for key in rankings}
    values: dict[str, dict[str, float]] = {key: {} for key in rankings}
    for one in ir_measures.iter_calc(_MEASURES, grades, run):
        values[one.query_id][str(one.measure)] = float(one.value)
    return {key: Scores(*(of.get(str(measure), 0.0) for measure in _MEASURES)) for key, of in values.items()}


def mean(several: Sequence[Scores]) -> Scores:
    """The mean of each measure; 0 of nothing."""
    count = max(len(several), 1)
    columns = zip(*map(astuple, several), strict=True) if several else ((0.0,) for _field in fields(Scores))
    return Scores(*(sum(column) / count for column in columns))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share (0..1) lies, nearest rank."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)] if ordered else 0.0
