"""`manage.py evaluate_answers`: how often an answer without a language model holds the known answer."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from chat.answer_evaluation import AnswerFigures, evaluate_answers, scratch_library
from chat.gold_answers import GoldQuestion, read_gold
from search.beir import BeirError, read_corpus
from search.scope import Scope, scope_for


class Command(BaseCommand):
    help = (
        "Answer questions by quoting, and see whether the quoted sentences hold the known answer. contains_gold is a"
        " share of all queries, refused ones included; mean_sentences is the mean over answered ones."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument(
            "--beir", type=Path, metavar="DIR", help="corpus.jsonl, and queries.jsonl with metadata.answers"
        )
        source.add_argument(
            "--questions", type=Path, metavar="FILE", help='rows of "question" and "gold", asked of this library'
        )
        parser.add_argument("--user", help="whose library it is; needed with --questions")
        parser.add_argument("--limit", type=int, help="only the first so many questions")
        parser.add_argument("--language", help='only rows of this "language"')
        parser.add_argument("--sentences", type=int, help="quote always up to so many sentences, and never refuse")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sentences"] is not None and options["sentences"] < 1:
            raise CommandError("--sentences is 1 or more.")
        try:
            questions = _questions(options)
            with self._scope(options) as scope:
                figures = evaluate_answers(questions, scope, self._report, options["sentences"])
        except BeirError as error:
            raise CommandError(str(error)) from error
        self.stderr.write("")
        self.stdout.write(json.dumps(asdict(figures)) if options["json"] else _line(figures))

    @contextmanager
    def _scope(self, options: dict[str, Any]) -> Iterator[Scope]:
        if options["beir"] is None:
            reader = get_user_model().objects.filter(username=options["user"], is_active=True).first()
            if reader is None:
                raise CommandError(f"There is no active user {options['user']!r}; --questions needs one.")
            yield scope_for(reader)
            return
        with scratch_library(read_corpus(options["beir"]), self._report) as (scope, _keys):
            yield scope

    def _report(self, step: str, done: int, total: int) -> None:
        if done == total or done % 50 == 0:
            self.stderr.write(f"\r{step}: {done} / {total}   ", ending="")


def _questions(options: dict[str, Any]) -> list[GoldQuestion]:
    path = options["questions"] or options["beir"] / "queries.jsonl"
    rows = [row for row in read_gold(path) if options["language"] in (None, row.language)]
    if options["questions"]:
        rows = [row for row in rows if row.answers]
    if not any(row.answers for row in rows):
        raise CommandError(f"{path} names no answers, so there is nothing to look for.")
    return rows[: options["limit"]]


def _line(figures: AnswerFigures) -> str:
    return (
        f"{figures.queries} questions: {figures.answered} answered, {figures.refused} refused,"
        f" {figures.contains_gold:.3f} hold the answer, {figures.mean_sentences:.2f} sentences each"
    )
