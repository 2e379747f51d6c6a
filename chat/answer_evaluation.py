"""Measured runs of answers without a language model: how often what is quoted holds the answer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from chat.answering import Evidence, gather_in
from chat.extractive import MAX_SENTENCES, Scored, chosen, ranked
from chat.gold_answers import GoldQuestion, holds_gold
from chat.refusal import is_answered
from documents.embedding.embedders import embedder_for
from documents.embedding.vectors import Embedder
from search.beir import CorpusDocument
from search.calibration import calibrate
from search.scope import Scope
from search.scratch import Report, scratch_index


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """`contains_gold` is a share of all queries, refused ones included; `mean_sentences` is of answered ones."""

    queries: int
    answered: int
    contains_gold: float
    refused: int
    mean_sentences: float


class Meanings:
    """Cosines of questions and sentences; each sentence is embedded once in a run."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: dict[str, np.ndarray] = {}

    def of(self, question: str) -> Callable[[Sequence[str]], list[float]]:
        asked: list[np.ndarray] = []

        def similarity(texts: Sequence[str]) -> list[float]:
            if not asked:
                asked.append(self._embedder.embed_queries([question])[0])
            self._learn(texts)
            return [float(self._vectors[text] @ asked[0]) for text in texts]

        return similarity

    def _learn(self, texts: Iterable[str]) -> None:
        new = [text for text in texts if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._embedder.embed_passages(new), strict=True))


@contextmanager
def scratch_library(corpus: Sequence[CorpusDocument], report: Report) -> Iterator[tuple[Scope, dict[int, str]]]:
    """A corpus that can be asked, measured like any library; gone afterwards."""
    with scratch_index(corpus, report) as (scope, keys):
        calibrate(scope.generation)
        yield scope, keys


def evaluate_answers(
    questions: Sequence[GoldQuestion], scope: Scope, report: Report, sentences: int | None = None
) -> AnswerFigures:
    """Answer each question; with `sentences` always up to that many are quoted, and nothing is refused."""
    meanings = Meanings(embedder_for(scope.generation.model))
    counts: list[int] = []
    found = 0
    for done, question in enumerate(questions, 1):
        evidence = gather_in(scope, question.text)
        quoted = _quoted(evidence, meanings, sentences)
        counts += [len(quoted)] if quoted else []
        found += bool(quoted) and holds_gold(_words(quoted), question.answers)
        report("questions", done, len(questions))
    total = len(questions)
    return AnswerFigures(
        queries=total,
        answered=len(counts),
        contains_gold=round(found / total, 4) if total else 0.0,
        refused=total - len(counts),
        mean_sentences=round(sum(counts) / len(counts), 3) if counts else 0.0,
    )


def _quoted(evidence: Evidence, meanings: Meanings, sentences: int | None) -> list[Scored]:
    query = evidence.query
    best = ranked(query, evidence.passages, meanings.of(query.text))
    if sentences is not None:
        return chosen(best, sentences, float("inf"))
    return chosen(best, MAX_SENTENCES) if is_answered(query, evidence.passages, best) else []


def _words(quoted: Sequence[Scored]) -> list[str]:
    """What is shown, and the document's own words behind it."""
    sentences = [scored.sentence for scored in quoted]
    return [sentence.shown for sentence in sentences] + [sentence.quote for sentence in sentences]
