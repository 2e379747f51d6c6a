"""Measures the portal in a data directory of its own."""

import time
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from documents import bulk
from portal import ingest_benchmark, trial
from portal.embedded import EmbeddedError
from portal.figures import printed


class Command(BaseCommand):
    help = _("Measure how fast documents become searchable, step by step and end to end.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["ingest"], help=_("what is measured"))
        parser.add_argument("paths", nargs="+", type=Path, help=_("files, or folders with files"))
        parser.add_argument("--limit", type=int, help=_("take only so many files"))
        parser.add_argument("--json", action="store_true", help=_("print one JSON object and nothing else"))

    def handle(self, *, paths: list[Path], limit: int | None, json: bool, **_options: object) -> None:
        files = [found.path for found in bulk.files_below(paths)][:limit]
        if not files:
            raise CommandError(_("There is no file in %(paths)s.") % {"paths": ", ".join(map(str, paths))})
        trial.run_elsewhere()
        try:
            with trial.running_services(self._say) as supervisor:
                report = ingest_benchmark.run(supervisor, files, self._say)
        except EmbeddedError as error:
            raise CommandError(error.translated()) from error
        self.stdout.write(printed(asdict(report), as_json=json))

    def _say(self, line: str) -> None:
        self.stderr.write(f"{time.strftime('%H:%M:%S')} {line}")
        self.stderr.flush()
