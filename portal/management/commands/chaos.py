"""Kills and empties what ingestion stands on, in a portal of its own, and tells what was lost."""

from argparse import ArgumentParser
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal import chaos, trial
from portal.embedded import EmbeddedError
from portal.figures import printed


class Command(BaseCommand):
    help = _("Index documents while workers, broker and database are killed at random, and compare with a calm run.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["ingest"], help=_("what is tormented"))
        parser.add_argument("--documents", type=int, default=300, help=_("how many documents are indexed"))
        parser.add_argument("--seed", type=int, default=1, help=_("the same seed makes the same documents and faults"))
        parser.add_argument("--json", action="store_true", help=_("print one JSON object and nothing else"))

    def handle(self, *, documents: int, seed: int, json: bool, **_options: object) -> None:
        trial.run_elsewhere()
        try:
            with trial.running_services(self._say) as supervisor:
                report = chaos.run(supervisor, documents, seed, self._say)
        except EmbeddedError as error:
            raise CommandError(error.translated()) from error
        self.stdout.write(printed(asdict(report), as_json=json))
        if not report.is_sound:
            raise CommandError(_("Something was lost, doubled or seen half; the figures are above."))

    def _say(self, line: str) -> None:
        self.stderr.write(line)
        self.stderr.flush()
