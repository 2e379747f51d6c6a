"""`manage.py evaluate_refusal`: how well "the documents do not answer this" is decided, and where to decide it."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from chat.gold_answers import read_gold
from chat.refusal import NEEDED
from chat.refusal_evaluation import cases_of_library, cases_of_set
from chat.refusal_learning import Case, RefusalFigures, figures, halves, learned
from search.beir import BeirError
from search.scope import scope_for


class Command(BaseCommand):
    help = (
        "Measure refusals on questions with and without an answer: those of --questions as they are, those of a --beir"
        " set asked of every second of its documents. Thresholds are learned from one half of the questions of each"
        " language and judged by the other half, beside the ones in use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--beir", action="append", default=[], type=Path, metavar="DIR", help="may be repeated")
        parser.add_argument("--questions", type=Path, metavar="FILE", help='rows of "question", "answer" and "gold"')
        parser.add_argument("--user", help="whose library is asked with --questions")
        parser.add_argument("--limit", type=int, help="only the first so many questions of each set")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            cases = self._cases(options)
        except BeirError as error:
            raise CommandError(str(error)) from error
        if not cases:
            raise CommandError("Name at least one set with --beir or --questions.")
        self.stderr.write("")
        found = _measured(cases)
        self.stdout.write(json.dumps(found) if options["json"] else "\n".join(_lines(found)))

    def _cases(self, options: dict[str, Any]) -> list[Case]:
        cases: list[Case] = []
        for folder in options["beir"]:
            cases += cases_of_set(folder, options["limit"], self._report)
        if options["questions"]:
            reader = get_user_model().objects.filter(username=options["user"], is_active=True).first()
            if reader is None:
                raise CommandError(f"There is no active user {options['user']!r}; --questions needs one.")
            questions = read_gold(options["questions"])[: options["limit"]]
            cases += cases_of_library(options["questions"], questions, scope_for(reader), self._report)
        return cases

    def _report(self, step: str, done: int, total: int) -> None:
        if done == total or done % 50 == 0:
            self.stderr.write(f"\r{step}: {done} / {total}   ", ending="")


def _measured(cases: Sequence[Case]) -> dict[str, Any]:
    to_learn, to_judge = halves(cases)
    trial, final = learned(to_learn), learned(cases)
    keys = sorted({(case.source, case.language) for case in cases})
    return {
        "needed": NEEDED,
        "learned": final,
        "learned_from_half": trial,
        "sets": [
            {
                "source": source,
                "language": language,
                "in_use": asdict(_figures(cases, source, language, NEEDED)),
                "other_half": asdict(_figures(to_judge, source, language, trial)),
            }
            for source, language in keys
        ],
    }


def _figures(cases: Sequence[Case], source: str, language: str, thresholds: dict[str, float]) -> RefusalFigures:
    own = [case for case in cases if (case.source, case.language) == (source, language)]
    return figures(own, thresholds.get(language, NEEDED["en"]))


def _lines(found: dict[str, Any]) -> list[str]:
    lines = [f"in use {found['needed']}, learned {found['learned']}, from one half {found['learned_from_half']}"]
    for row in found["sets"]:
        for name in ("in_use", "other_half"):
            one = row[name]
            lines.append(
                f"{row['source']} {row['language']} {name:10} {one['answerable']} + {one['unanswerable']} questions:"
                f" AUC {one['auc']:.3f}, refusals right {one['precision']:.2f}, found {one['recall']:.2f},"
                f" wrongly refused {one['wrongly_refused']:.3f} at {one['threshold']:.2f}"
            )
    return lines
