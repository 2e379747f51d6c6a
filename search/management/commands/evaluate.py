"""`manage.py evaluate`: measure every way of ranking on a question set in BEIR layout."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import beir, evaluation
from search.retrieval import Mode

ALL = ",".join(("lexical", "semantic", "hybrid", "rrf"))


class Command(BaseCommand):
    help = "Measure the ranking on a question set: corpus.jsonl, queries.jsonl, qrels/test.tsv."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--beir", required=True, type=Path, metavar="DIR")
        parser.add_argument("--modes", default=ALL)
        parser.add_argument("--limit", type=int)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            modes = [Mode(name) for name in options["modes"].split(",")]
            questions = beir.read(options["beir"], options["limit"])
        except (ValueError, beir.BeirError) as error:
            raise CommandError(str(error)) from error
        result = evaluation.evaluate(questions, modes, self._report)
        self.stderr.write("")
        self.stdout.write(json.dumps(_figures(result)) if options["json"] else _table(result))

    def _report(self, step: str, done: int, total: int) -> None:
        if done == total or done % 50 == 0:
            self.stderr.write(f"\r{step}: {done} / {total}   ", ending="")


def _figures(result: evaluation.Evaluation) -> dict[str, object]:
    return {
        "queries": result.queries,
        "documents": result.documents,
        "chunks": result.chunks,
        "calibration": result.calibration,
        "modes": {mode.value: _named(row) for mode, row in result.modes.items()},
    }


def _named(row: evaluation.ModeResult) -> dict[str, float]:
    """ndcg_10 -> ndcg@10; names of times stay."""
    return {name if name.endswith("_ms") else name.replace("_", "@"): value for name, value in asdict(row).items()}


def _table(result: evaluation.Evaluation) -> str:
    lines = [
        f"{result.queries} queries, {result.documents} documents, {result.chunks} chunks, trust {result.calibration}"
    ]
    for mode, row in result.modes.items():
        figures = "  ".join(f"{name} {value:.4g}" for name, value in _named(row).items())
        lines.append(f"{mode.value:9} {figures}")
    return "\n".join(lines)
