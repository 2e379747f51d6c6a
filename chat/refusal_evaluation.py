"""Questions with and without an answer in what is asked, each with the evidence found for it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from chat.answer_evaluation import Meanings, scratch_library
from chat.answering import gather_in
from chat.extractive import ranked
from chat.gold_answers import GoldQuestion, holds_gold
from chat.refusal import evidence_of
from chat.refusal_learning import Case
from documents.embedding.embedders import embedder_for
from search import beir
from search.scope import Scope
from search.scratch import Report

# Of a set whose questions all have an answer, one document in so many stays away, and its questions have none.
LEFT_OUT = 2


def cases_of_set(folder: Path, limit: int | None, report: Report) -> list[Case]:
    """The judged questions of a set in BEIR layout, asked of every second of its documents. Raises BeirError."""
    questions = beir.read(folder, limit)
    kept = questions.documents[::LEFT_OUT]
    present = {document.key for document in kept}
    with scratch_library(kept, report) as (scope, _keys):
        asked = [
            (text, any(grade > 0 and document in present for document, grade in questions.judgements[key].items()))
            for key, text in questions.queries.items()
        ]
        return list(_cases(_name(folder), asked, scope, report))


def cases_of_library(path: Path, questions: Sequence[GoldQuestion], scope: Scope, report: Report) -> list[Case]:
    """Questions of a library as it is; the ones without an answer are those that name none.

    One whose answer the search does not find among the passages is neither, and left out.
    """
    asked: list[tuple[str, bool]] = []
    for question in questions:
        texts = [passage.text for passage in gather_in(scope, question.text).passages]
        if not question.answers or holds_gold(texts, question.answers):
            asked.append((question.text, bool(question.answers)))
    return list(_cases(_name(path), asked, scope, report))


def _cases(source: str, asked: Sequence[tuple[str, bool]], scope: Scope, report: Report) -> Iterator[Case]:
    meanings = Meanings(embedder_for(scope.generation.model))
    for done, (question, is_answerable) in enumerate(asked, 1):
        found = gather_in(scope, question)
        best = ranked(found.query, found.passages, meanings.of(question))
        yield Case(source, found.query.language, evidence_of(found.query, found.passages, best), is_answerable)
        report("questions", done, len(asked))


def _name(path: Path) -> str:
    """The last parts of a path, which tell sets apart."""
    return "/".join(path.resolve().parts[-2:])
