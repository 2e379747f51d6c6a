"""All figures of one row as they are stored: means over questions with their intervals, by direction; pure.

`modes`: mode -> p50_ms, p95_ms and `by`: "all" or a direction such as "ko-en" -> questions, and for each measure its
mean and both ends of its interval. The keys of the rest are those of the modules that measure them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields
from typing import Any

import numpy as np

from search.bench.asking import Answers
from search.bench.intervals import intervals
from search.bench.questions import BenchQuestion
from search.metrics import DEPTH, Scores, percentile
from search.retrieval import Mode

MEASURES = tuple(field.name for field in fields(Scores))
ALL = "all"

type_Figures = dict[str, Any]


def of_mode(questions: Sequence[BenchQuestion], answers: Answers) -> type_Figures:
    return {
        "p50_ms": round(percentile(answers.milliseconds, 0.5), 2),
        "p95_ms": round(percentile(answers.milliseconds, 0.95), 2),
        "by": {
            name: _of_group([astuple(answers.scores[one.key]) for one in group])
            for name, group in by_direction(questions).items()
        },
    }


def by_direction(questions: Sequence[BenchQuestion]) -> dict[str, list[BenchQuestion]]:
    """All judged questions, and those of each direction, if there is more than one."""
    judged = [one for one in questions if one.targets]
    directions = sorted({one.direction for one in judged})
    groups = {ALL: judged} if judged else {}
    if len(directions) > 1:
        groups |= {name: [one for one in judged if one.direction == name] for name in directions}
    return groups


def of_questions(questions: Sequence[BenchQuestion], answers: Mapping[Mode, Answers]) -> type_Figures:
    """Question -> `scores` of every mode, and `hits`: [document, start, end, page] of what hybrid search found."""
    hybrid = answers[Mode.HYBRID]
    return {
        one.key: {
            "scores": {
                mode.value: [round(score, 4) for score in astuple(of.scores[one.key])] for mode, of in answers.items()
            },
            "hits": [list(astuple(place)) for place in hybrid.places[one.key][:DEPTH]],
        }
        for one in questions
    }


def _of_group(scores: Sequence[tuple[float, ...]]) -> type_Figures:
    found = intervals(np.asarray(scores, dtype=np.float64))
    means = {name: [one.mean, one.low, one.high] for name, one in zip(MEASURES, found, strict=True)}
    return {"questions": len(scores), **means}
