"""`manage.py bench`: embedding models and window sizes side by side, on own questions or on sets in BEIR layout."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents.failure_codes import IndexingFailure
from documents.generations import WINDOW_TOKENS
from documents.models import EmbeddingModel, Generation
from search.beir import BeirError
from search.bench import runs, working
from search.bench.corpora import brought_along
from search.bench.measuring import measure
from search.bench.rows import Row, candidate, of_generation
from search.bench.tables import name_of, table
from search.bench.wishes import Wishes, versions
from search.models import EvaluationRun, QuestionSet
from search.retrieval import SearchFailed

SAMPLE = 2000


class Command(BaseCommand):
    help = "Measure embedding models, window sizes and dimensions side by side."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--set", action="append", default=[], metavar="NAME", help="an own question set; all")
        parser.add_argument("--beir", action="append", default=[], type=Path, metavar="DIR")
        parser.add_argument("--generation", action="append", default=[], type=int, metavar="ID")
        parser.add_argument("--model", action="append", default=[], metavar="NAME")
        parser.add_argument("--window", nargs="+", type=int, default=[WINDOW_TOKENS], metavar="N")
        parser.add_argument("--dimensions", nargs="+", type=int, default=[None], metavar="N")
        parser.add_argument("--sample", type=int, metavar="N", help="windows of the documents to search")
        parser.add_argument("--limit", type=int, help="questions of each set")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--plot", type=Path, metavar="FILE", help="draw quality, speed and cost (.svg or .png)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = list(_rows(options))
            results = {_name(folder): self._brought(folder, rows, options) for folder in options["beir"]}
            if options["set"] or not options["beir"]:
                results["library"] = self._library(rows, options)
        except (BeirError, IndexingFailure, SearchFailed, ValueError) as error:
            raise CommandError(str(error) or repr(error)) from error
        self.stderr.write("")
        if options["plot"]:
            _draw(results, options["plot"])
        self.stdout.write(json.dumps(results, ensure_ascii=False) if options["json"] else _text(results))

    def _brought(self, folder: Path, rows: list[Row], options: dict[str, Any]) -> list[dict[str, Any]]:
        """Generations are built anew over the set, just as candidates are."""
        with brought_along(folder, options["limit"], options["sample"]) as corpus:
            entries = []
            for row in rows:
                facts = _facts(row)
                self.stderr.write(f"\n{_name(folder)}: {name_of(facts)}")
                entries.append({**facts, "figures": measure(Row(row.plan), corpus, self._report).figures})
            return entries

    def _library(self, rows: list[Row], options: dict[str, Any]) -> list[dict[str, Any]]:
        """Kept like a run that was begun on the page. Raises CommandError."""
        wishes = Wishes(_sets(options["set"]), options["sample"] or SAMPLE, options["limit"])
        try:
            run = runs.begin_here(rows, wishes)
        except runs.RunBusy as busy:
            raise CommandError("Something else is being measured. Wait for it, or stop it on its page.") from busy
        try:
            working.work(run, self._report)
        except KeyboardInterrupt:
            runs.abandon(run)
            raise
        run.refresh_from_db()
        if run.state != EvaluationRun.State.DONE:
            raise CommandError(f"The measurement did not come to its end ({run.state}). {run.error}".strip())
        measured = run.rows.exclude(measured_at=None).order_by("position")
        return [{**row.facts(), "figures": row.figures} for row in measured]

    def _report(self, step: str, done: int, total: int) -> None:
        if done == total or done % 50 == 0:
            self.stderr.write(f"\r{step}: {done} / {total}   ", ending="")


def _rows(options: dict[str, Any]) -> Iterator[Row]:
    """What was asked for; the generation that answers, if nothing was. Raises CommandError and ValueError."""
    for key in options["generation"]:
        generation = Generation.objects.select_related("model").filter(pk=key).first()
        if generation is None:
            raise CommandError(f"There is no generation {key}.")
        yield of_generation(generation)
    for name, window, dimensions in product(options["model"], options["window"], options["dimensions"]):
        yield candidate(_model(name), window, dimensions)
    if not options["generation"] and not options["model"]:
        yield of_generation(Generation.objects.active())


def _sets(names: list[str]) -> dict[int, int]:
    """Raises CommandError."""
    known = dict(QuestionSet.objects.values_list("name", "pk"))
    if missing := [name for name in names if name not in known]:
        raise CommandError(f"There is no question set {missing[0]}. Known are: {', '.join(known) or 'none'}")
    return versions([known[name] for name in names] if names else None)


def _model(name: str) -> EmbeddingModel:
    found = EmbeddingModel.objects.filter(name=name).first()
    if found is None:
        known = ", ".join(EmbeddingModel.objects.order_by("name").values_list("name", flat=True))
        raise CommandError(f"There is no embedding model {name}. Known are: {known}")
    return found


def _facts(row: Row) -> dict[str, Any]:
    return {
        "number": row.generation.pk if row.generation else None,
        "model_name": row.plan.model.name,
        "window_tokens": row.plan.window_tokens,
        "overlap_tokens": row.plan.overlap_tokens,
        "dimensions": row.dimensions,
        "quantisation": row.plan.quantisation,
    }


def _name(folder: Path) -> str:
    return folder.resolve().parent.name if folder.resolve().name == "beir" else folder.resolve().name


def _text(results: dict[str, list[dict[str, Any]]]) -> str:
    return "\n\n".join(f"{name}\n{table(entries)}" for name, entries in results.items())


def _draw(results: dict[str, list[dict[str, Any]]], path: Path) -> None:
    try:
        from search.bench.plot_file import draw
    except ImportError as error:
        raise CommandError("Plots need matplotlib: pip install 'knowledge-portal[benchmarks]'") from error
    draw(results, path)
