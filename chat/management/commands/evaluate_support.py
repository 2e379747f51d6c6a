"""`manage.py evaluate_support`: measure the support check on rows of claim, evidence and label."""

import json
from argparse import ArgumentParser
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chat.entailment import entailments
from chat.roc import area
from chat.support import THRESHOLD, Finding, evaluation
from chat.support.evaluation import EvaluationError, Judged
from chat.support.reader import Reader, reader


class Command(BaseCommand):
    help = 'Measure the support check on JSON lines {claim, evidence[], label}; "supported" is the positive label.'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = evaluation.read(options["file"])
        except EvaluationError as error:
            raise CommandError(str(error)) from error
        model = reader()
        model.read(rows, self._report)
        judged = list(evaluation.judged(rows, model.similarity, model.trust, entailments))
        self.stdout.write(_as_json(judged) if options["json"] else _as_table(judged, model))

    def _report(self, done: int, total: int) -> None:
        self.stderr.write(f"\rembedded: {done} / {total}   ", ending="\n" if done == total else "")


def _as_json(judged: list[Judged]) -> str:
    found = evaluation.figures(judged)
    return json.dumps(
        {
            "rows": found.rows,
            "auc": round(found.auc, 4),
            "accuracy": round(found.accuracy, 4),
            "threshold": THRESHOLD,
        }
    )


def _as_table(judged: list[Judged], model: Reader) -> str:
    lines = [f"{model.described}. A score of {THRESHOLD} and more counts as supported.", "", _HEAD]
    parts = {"all": judged} | _by_language(judged)
    for name, part in parts.items():
        found = evaluation.figures(part)
        shares = "  ".join(f"{share:9.3f}" for share in (found.auc, found.accuracy, found.kept, found.caught))
        lines.append(f"{name:22}{found.rows:6}  {shares}")
    lines += ["", f"{'area of a feature alone':28}{'  '.join(f'{name:>9}' for name in parts)}"]
    for name in next((row.features for row in judged if row.features), {}):
        areas = "  ".join(f"{_alone(name, part):9.3f}" for part in parts.values())
        lines.append(f"{name:28}{areas}")
    return "\n".join([*lines, "", *_findings(judged)])


def _findings(judged: list[Judged]) -> list[str]:
    """What becomes of the rows of each label."""
    lines = [f"{'label':22}{'rows':>6}  {'  '.join(f'{finding.value:>12}' for finding in Finding)}"]
    for label in sorted({row.row.label for row in judged}):
        part = [row.finding for row in judged if row.row.label == label]
        shares = "  ".join(f"{part.count(finding) / len(part):12.3f}" for finding in Finding)
        lines.append(f"{label:22}{len(part):6}  {shares}")
    return lines


_HEAD = f"{'':22}{'rows':>6}  {'area':>9}  {'right':>9}  {'supported':>9}  {'others':>9}"


def _by_language(judged: list[Judged]) -> dict[str, list[Judged]]:
    parts: dict[str, list[Judged]] = defaultdict(list)
    for row in judged:
        parts[row.row.language].append(row)
    return dict(sorted(parts.items()))


def _alone(name: str, judged: list[Judged]) -> float:
    supported = [row.features.get(name, 0.0) for row in judged if row.row.is_supported]
    others = [row.features.get(name, 0.0) for row in judged if not row.row.is_supported]
    return area(supported, others, if_empty=evaluation.CHANCE)
