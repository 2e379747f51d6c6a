"""Whether the same question, typed otherwise, finds the same: the share of the ten best passages that stay.

Overlap of the ten best before and after, after Penha, Câmara and Hauff (ECIR 2022); 1 means that nothing changes.
"""

import random
from collections.abc import Sequence

from search.bench.questions import BenchQuestion
from search.bench.variations import variations
from search.metrics import DEPTH
from search.retrieval import Mode, find_whole
from search.scope import Scope
from search.scratch import Report

# Questions of one language; each is asked in up to six ways.
SAMPLE = 40
SEED = 6


def stability(
    questions: Sequence[BenchQuestion], scope: Scope, report: Report, mode: Mode = Mode.HYBRID
) -> dict[str, dict[str, float]]:
    """Language -> kind of variation -> overlap in 0..1. Raises SearchFailed."""
    found: dict[str, dict[str, list[float]]] = {}
    sample = _sample(questions)
    for done, question in enumerate(sample, start=1):
        before = _found(scope, question.text, mode)
        for kind, text in variations(question.text, question.language).items():
            overlap = len(before & _found(scope, text, mode)) / max(len(before), 1)
            found.setdefault(question.language, {}).setdefault(kind, []).append(overlap)
        report("stability", done, len(sample))
    return {
        language: {kind: round(sum(of) / len(of), 4) for kind, of in kinds.items()}
        for language, kinds in sorted(found.items())
    }


def _found(scope: Scope, text: str, mode: Mode) -> set[int]:
    return {hit.chunk_id for hit in find_whole(scope, text, DEPTH, mode).hits}


def _sample(questions: Sequence[BenchQuestion]) -> list[BenchQuestion]:
    shuffled = list(questions)
    random.Random(SEED).shuffle(shuffled)  # noqa: S311 - a sample, not a secret
    languages = sorted({one.language for one in shuffled})
    return [one for language in languages for one in [of for of in shuffled if of.language == language][:SAMPLE]]
