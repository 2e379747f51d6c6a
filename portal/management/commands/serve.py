"""One service of the portal, for machines and containers that each run their own; `up` starts them all together."""

import os
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from portal import first_run, processes

PREPARE = "prepare"


class Command(BaseCommand):
    help = _("Run one service of the portal beside a PostgreSQL and a Redis of your own.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = [PREPARE, *processes.NAMES]
        parser.add_argument(
            "service", choices=names, help=_("prepare makes the tables, the static files and the first admin, and ends")
        )
        parser.add_argument("--host", default="0.0.0.0", help=_("the address to listen on"))  # noqa: S104 - a container's own
        parser.add_argument("--port", type=int, default=8000, help=_("the port to listen on"))

    def handle(self, *, service: str, host: str, port: int, **_options: object) -> None:
        if service == PREPARE:
            self._prepare()
            return
        services = processes.of_the_portal(settings.PORTAL_DATA_DIR, host, port)
        argv = next(one.argv for one in services if one.name == service)
        os.chdir(settings.BASE_DIR)
        # It takes this process's place, so that what stops the container stops the service.
        os.execv(argv[0], argv)  # noqa: S606 - our own command line

    def _prepare(self) -> None:
        first_run.migrate(settings.PORTAL_DATA_DIR)
        call_command("collectstatic", interactive=False, verbosity=0)
        password = first_run.ensure_first_admin()
        self.stdout.write(first_run.announcement(password) if password else _("The tables are up to date."))
