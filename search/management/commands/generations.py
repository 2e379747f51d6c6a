"""`manage.py generations`: the indexes that exist, which of them answers, and releasing another one."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents import workers
from documents.failure_codes import IndexingFailure
from documents.failures import explain
from documents.generations import OVERLAP, WINDOW_TOKENS, Plan
from documents.models import EmbeddingModel, Generation
from documents.releases import building
from documents.releases.errors import ReleaseError
from documents.releases.forecast import forecast
from search import gate

# What is done with one generation, and how it is told.
STEPS = {
    "activate": "let it answer; going back is the same with the one before",
    "retire": "drop one that is ready and does not answer",
    "pause": "begin no more of its jobs",
    "resume": "go on with it",
    "cancel": "give up one that is being built",
    "accept-failures": "go on without the documents that failed",
    "retry-failures": "try the documents that failed once more",
}


class Command(BaseCommand):
    help = "Show the generations of the index, and release another one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="all generations with their figures")
        _add_plan(actions.add_parser("forecast", help="what a release would take"))
        creating = actions.add_parser("create", help="begin a release")
        _add_plan(creating)
        creating.add_argument(
            "--forecast", action="store_true", help="make one before, and keep it beside what happens"
        )
        creating.add_argument("--wait", action="store_true", help="until it is ready; work here if no worker lives")
        for name, words in STEPS.items():
            step = actions.add_parser(name, help=words)
            step.add_argument("generation", type=int)
            if name == "activate":
                step.add_argument(
                    "--confirm", metavar="NAME", default="", help="the model, if it was measured as worse"
                )
        for action in actions.choices.values():
            action.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        action = options["action"]
        try:
            if action == "list":
                rows = [_row(generation) for generation in Generation.objects.select_related("model")]
                self._tell({"generations": rows}, rows, as_json=options["json"])
            elif action == "forecast":
                told = forecast(_plan(options)).as_json()
                self._tell({"forecast": told}, [told], as_json=options["json"])
            else:
                row = _row(self._create(options) if action == "create" else _step(action, options))
                self._tell({"generation": row}, [row], as_json=options["json"])
        except ReleaseError as error:
            raise CommandError(str(error)) from error
        except IndexingFailure as failure:
            words = explain(failure.code)
            raise CommandError(f"{words.title}. {words.reason} {words.next_step} ({failure.detail})") from failure

    def _create(self, options: dict[str, Any]) -> Generation:
        plan = _plan(options)
        generation = building.begin(plan, None, forecast(plan).as_json() if options["forecast"] else None)
        if options["wait"]:
            workers.wait_for_release(generation, self._report)
            self.stderr.write("")
            _refuse_unready(generation)
        return generation

    def _report(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done} / {total} documents   ", ending="")

    def _tell(self, answer: dict[str, object], rows: list[dict[str, object]], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write("  ".join(f"{name} {value}" for name, value in row.items()))


def _add_plan(parser: ArgumentParser) -> None:
    parser.add_argument("--model", required=True, metavar="NAME", help="as the catalogue names it")
    parser.add_argument("--window", type=int, default=WINDOW_TOKENS, metavar="TOKENS")
    parser.add_argument("--overlap", type=int, metavar="TOKENS", help="15 %% of the window unless told")
    parser.add_argument("--dimensions", type=int, metavar="N", help="one of the model's shorter sizes")
    parser.add_argument(
        "--quantisation", choices=Generation.Quantisation.values, default=Generation.Quantisation.HALF.value
    )


def _plan(options: dict[str, Any]) -> Plan:
    overlap = options["overlap"]
    return Plan(
        _model(options["model"]),
        options["window"],
        round(options["window"] * OVERLAP) if overlap is None else overlap,
        options["dimensions"],
        options["quantisation"],
    )


def _model(name: str) -> EmbeddingModel:
    found = list(EmbeddingModel.objects.filter(name=name)[:2])
    if not found:
        known = ", ".join(EmbeddingModel.objects.order_by("name").values_list("name", flat=True))
        raise CommandError(f"The catalogue has no model {name}. It has: {known}.")
    if len(found) > 1:
        raise CommandError(f"Several models are called {name}; begin the release on the page of releases.")
    return found[0]


def _step(action: str, options: dict[str, Any]) -> Generation:
    generation = Generation.objects.select_related("model").filter(pk=options["generation"], is_scratch=False).first()
    if generation is None:
        raise CommandError(f"There is no generation {options['generation']}; see: manage.py generations list")
    if action == "activate":
        gate.activate(generation, None, options["confirm"])
    elif action == "retry-failures":
        building.retry_failures(generation)
    else:
        _DEEDS[action](generation, None)
    generation.refresh_from_db()
    return generation


_DEEDS = {
    "retire": building.retire,
    "pause": building.pause,
    "resume": building.resume,
    "cancel": building.cancel,
    "accept-failures": building.accept_failures,
}


def _refuse_unready(generation: Generation) -> None:
    if generation.state == Generation.State.BUILDING:
        failed = building.failures(generation).count()
        raise CommandError(
            f"Generation {generation.pk} is not ready: {failed} documents failed. Retry them or accept it: "
            f"manage.py generations accept-failures {generation.pk}"
        )


def _row(generation: Generation) -> dict[str, object]:
    return {
        "id": generation.pk,
        "state": generation.state,
        "model": generation.model.name,
        "dimensions": generation.dimensions,
        "quantisation": generation.quantisation,
        "window": generation.window_tokens,
        "overlap": generation.overlap_tokens,
        "analyser": generation.analyser,
        "chunks": generation.chunk_count,
        "open": generation.jobs.unfinished().count(),
        "failed": generation.jobs.filter(state="failed").count(),
        "forecast": generation.forecast,
        "calibration": generation.calibration,
        "created": _moment(generation.created_at),
        "paused": _moment(generation.paused_at),
        "built": _moment(generation.built_at),
        "activated": _moment(generation.activated_at),
        "retired": _moment(generation.retired_at),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
