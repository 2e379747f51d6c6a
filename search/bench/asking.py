"""Every question asked in every way, and what came back: scores, places and times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search import metrics
from search.bench.questions import BenchQuestion, Place
from search.metrics import Scores
from search.retrieval import Mode, find_whole
from search.scope import Scope
from search.scratch import Report

# Several may be windows of one document, and ten are judged.
DEPTH_HITS = 30
MODES = (Mode.LEXICAL, Mode.SEMANTIC, Mode.HYBRID)


@dataclass(frozen=True, slots=True)
class Answers:
    """Question -> what was found; milliseconds of each search, in the order of the questions."""

    places: Mapping[str, tuple[Place, ...]]
    scores: Mapping[str, Scores]
    milliseconds: tuple[float, ...]


def ask(questions: Sequence[BenchQuestion], scope: Scope, mode: Mode, report: Report) -> Answers:
    """Raises SearchFailed."""
    places: dict[str, tuple[Place, ...]] = {}
    times: list[float] = []
    for question in questions:
        found = find_whole(scope, question.text, DEPTH_HITS, mode)
        places[question.key] = tuple(Place(hit.document_id, hit.start, hit.end, hit.page) for hit in found.hits)
        times.append(found.milliseconds)
        report(mode.value, len(times), len(questions))
    rankings = {question.key: question.ranking(places[question.key]) for question in questions}
    judgements = {question.key: question.judgements for question in questions}
    return Answers(places, metrics.scores(rankings, judgements), tuple(times))
