"""Runs the whole portal in the foreground."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal import launch
from portal.embedded import EmbeddedError


class Command(BaseCommand):
    help = _("Start database, broker, workers and web server of the portal; Ctrl-C stops them all.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help=_("the address to listen on"))
        parser.add_argument("--port", type=int, default=8000, help=_("the port to listen on"))
        parser.add_argument("--no-samples", action="store_true", help=_("leave out the sample library"))

    def handle(self, *, host: str, port: int, no_samples: bool, **_options: object) -> None:
        try:
            launch.run(launch.Options(host, port, samples=not no_samples), self._say)
        except EmbeddedError as error:
            raise CommandError(error.translated()) from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
