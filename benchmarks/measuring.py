"""Asking every ranking every question, and what comes out of it: quality by document, and time."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.questions import Question, Ranking
from search import metrics

Judgements = Mapping[str, Mapping[str, int]]
Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Quality:
    ndcg_10: float
    recall_10: float


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds of one question, and the portal's share: how many times as long the other takes."""

    p50_ms: float
    p95_ms: float


def quality(
    ranking: Ranking, questions: Mapping[str, Question], judgements: Judgements, documents: Mapping[int, str]
) -> Quality:
    """`documents` tells the document of a chunk; a document stands where its first chunk stands."""
    found = {
        key: list(dict.fromkeys(documents[chunk] for chunk, _score in ranking.rank(question)))
        for key, question in questions.items()
    }
    mean = metrics.mean(list(metrics.scores(found, judgements).values()))
    return Quality(round(mean.ndcg_10, 4), round(mean.recall_10, 4))


def speeds(rankings: Sequence[Ranking], questions: Sequence[Question], report: Report) -> dict[str, Speed]:
    """Ask in turns, so that what else the machine does meets all of them alike; the first turn only warms up."""
    times: dict[str, list[float]] = {ranking.name: [] for ranking in rankings}
    for done, question in enumerate(questions):
        for ranking, seconds in _timed(rankings, question):
            if done:
                times[ranking.name].append(1000 * seconds)
        report("speed", done + 1, len(questions))
    return {
        name: Speed(round(metrics.percentile(values, 0.5), 3), round(metrics.percentile(values, 0.95), 3))
        for name, values in times.items()
    }


def _timed(rankings: Sequence[Ranking], question: Question) -> Iterator[tuple[Ranking, float]]:
    for ranking in rankings:
        started = time.perf_counter()
        ranking.rank(question)
        yield ranking, time.perf_counter() - started
