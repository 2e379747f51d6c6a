"""Measures the portal, what changes it in a data directory of its own."""

import time
from argparse import ArgumentParser
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from documents import bulk
from documents.models import Generation
from portal import (
    chat_benchmark,
    embedded,
    first_run,
    ingest_benchmark,
    real_text,
    sample_library,
    scale_benchmark,
    trial,
)
from portal import search_benchmark as searching
from portal.embedded import EmbeddedError
from portal.figures import printed
from portal.stream_reading import ReadingError
from search.beir import BeirError
from search.readers import reader_named


class Command(BaseCommand):
    help = _(
        "Measure how fast documents become searchable, how fast the library answers, how that scales, and streams."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        whats = parser.add_subparsers(dest="what", required=True, metavar="ingest|search|scale|chat")
        ingest = whats.add_parser("ingest", help=_("how fast documents become searchable, step by step"))
        ingest.add_argument("paths", nargs="+", type=Path, help=_("files, or folders with files"))
        ingest.add_argument("--limit", type=int, help=_("take only so many files"))
        search = whats.add_parser("search", help=_("how fast this library answers"))
        search.add_argument("--user", required=True, metavar="NAME", help=_("in whose name is searched"))
        search.add_argument("--queries", type=Path, metavar="FILE", help=_("a file with one question a line"))
        scale = whats.add_parser("scale", help=_("how fast and how exact a library of any size answers"))
        scale.add_argument("--chunks", type=_numbers, default=(100_000, 1_000_000), help=_("sizes, with commas"))
        scale.add_argument(
            "--source", nargs="+", type=Path, default=[sample_library.FOLDER / "library"], metavar="PATH",
            help=_("files, folders with files or question sets that the text is taken from"),
        )  # fmt: skip
        scale.add_argument("--clients", type=_numbers, default=(1, 16), help=_("numbers of clients, with commas"))
        scale.add_argument("--queries", type=int, default=100, metavar="N", help=_("ask so many questions"))
        chat = whats.add_parser("chat", help=_("how many answers one web process streams at once"))
        chat.add_argument("--streams", type=int, default=50, metavar="N", help=_("so many answers"))
        for one in (ingest, search, scale, chat):
            one.add_argument("--json", action="store_true", help=_("print one JSON object and nothing else"))

    def handle(self, *, what: str, json: bool, **options: Any) -> None:
        measures = {"ingest": self._ingest, "search": self._search, "scale": self._scale, "chat": self._chat}
        try:
            figures = measures[what](options)
        except EmbeddedError as error:
            raise CommandError(error.translated()) from error
        except ReadingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(printed(figures, as_json=json))

    def _ingest(self, options: dict[str, Any]) -> Mapping[str, object]:
        paths: list[Path] = options["paths"]
        files = [found.path for found in bulk.files_below(paths)][: options["limit"]]
        if not files:
            raise CommandError(_("There is no file in %(paths)s.") % {"paths": ", ".join(map(str, paths))})
        trial.run_elsewhere()
        with trial.running_services(self._say) as supervisor:
            return asdict(ingest_benchmark.run(supervisor, files, self._say))

    def _search(self, options: dict[str, Any]) -> Mapping[str, object]:
        data_dir = settings.PORTAL_DATA_DIR
        with embedded.running_database(data_dir) if settings.EMBEDDED_DATABASE else nullcontext():
            first_run.migrate(data_dir)
            reader = reader_named(options["user"])
            path = options["queries"]
            try:
                questions = searching.made_up(reader) if path is None else searching.from_file(path)
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(str(error)) from error
            if not questions:
                raise CommandError(_("There is nothing to ask: this person can read no passage, or the file is empty."))
            return searching.run(reader, questions, self._say)

    def _scale(self, options: dict[str, Any]) -> Mapping[str, object]:
        plan = scale_benchmark.Plan(options["chunks"], options["clients"])
        trial.run_elsewhere()
        with scale_benchmark.database():
            try:
                text = real_text.gather(options["source"], Generation.objects.active(), options["queries"])
            except real_text.NoTextError as error:
                raise CommandError(
                    _("No text was found in %(paths)s.") % {"paths": ", ".join(map(str, options["source"]))}
                ) from error
            except BeirError as error:
                raise CommandError(str(error)) from error
            return scale_benchmark.run(text, plan, self._say)

    def _chat(self, options: dict[str, Any]) -> Mapping[str, object]:
        if options["streams"] < 1:
            raise CommandError(_("There has to be at least one stream."))
        trial.run_elsewhere()
        with trial.running_services(self._say) as supervisor:
            return asdict(chat_benchmark.run(supervisor, options["streams"], self._say))

    def _say(self, line: str) -> None:
        self.stderr.write(f"{time.strftime('%H:%M:%S')} {line}")
        self.stderr.flush()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))
