"""Measured runs: index a question set in a scratch generation, ask every query in every mode, drop it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search import metrics
from search.beir import BeirSet
from search.calibration import calibrate
from search.metrics import percentile
from search.retrieval import Mode, find_whole
from search.scope import Scope
from search.scratch import Report, scratch_index

# Hits that are asked for; several may be windows of one document, and ten documents are judged.
DEPTH_HITS = 30


@dataclass(frozen=True, slots=True)
class ModeResult:
    """Means over the queries, and milliseconds of one search."""

    ndcg_10: float
    recall_1: float
    recall_5: float
    recall_10: float
    mrr_10: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    queries: int
    documents: int
    chunks: int
    calibration: dict[str, float]
    modes: dict[Mode, ModeResult]


def evaluate(questions: BeirSet, modes: Sequence[Mode], report: Report) -> Evaluation:
    """Measure each mode on the whole set; `report(step, done, total)` is called along the way."""
    with scratch_index(questions.documents, report) as (scope, keys):
        figures = calibrate(scope.generation)
        results = {mode: _measured(questions, mode, scope, keys, report) for mode in modes}
        return Evaluation(
            len(questions.queries),
            len(questions.documents),
            scope.generation.chunk_count,
            figures,
            results,
        )


def _measured(questions: BeirSet, mode: Mode, scope: Scope, keys: Mapping[int, str], report: Report) -> ModeResult:
    rankings: dict[str, list[str]] = {}
    times: list[float] = []
    for key, query in questions.queries.items():
        found = find_whole(scope, query, DEPTH_HITS, mode)
        rankings[key] = list(dict.fromkeys(keys[hit.document_id] for hit in found.hits))
        times.append(found.milliseconds)
        report(mode, len(rankings), len(questions.queries))
    mean = metrics.mean(list(metrics.scores(rankings, questions.judgements).values()))
    return ModeResult(
        round(mean.ndcg_10, 4),
        round(mean.recall_1, 4),
        round(mean.recall_5, 4),
        round(mean.recall_10, 4),
        round(mean.mrr_10, 4),
        round(percentile(times, 0.5), 2),
        round(percentile(times, 0.95), 2),
    )
