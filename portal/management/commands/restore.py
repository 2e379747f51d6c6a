"""Brings a backup back: into an empty portal, or in place of one that is named."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from portal.backup import restoring
from portal.backup.manifest import BackupError
from portal.backup.restoring import Outcome
from portal.embedded import EmbeddedError


class Command(BaseCommand):
    help = _("Bring a backup back. The portal must not run meanwhile; it stays as it is until the backup stands whole.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help=_("the backup"))
        parser.add_argument("--replace", default="", metavar="NAME", help=_("the name of the database that may go"))

    def handle(self, *, path: Path, replace: str, **_options: object) -> None:
        try:
            self._tell(restoring.restore(path, self._say, replace=replace))
        except EmbeddedError as error:
            raise CommandError(error.translated()) from error
        except (BackupError, DatabaseError, OSError) as error:
            raise CommandError(str(error).strip()) from error

    def _tell(self, outcome: Outcome) -> None:
        for finding in outcome.findings:
            self.stdout.write(f"{finding.check}: document {finding.document}: {finding.detail}")
        self.stdout.write(
            _("The portal is what it was on %(created)s. Documents: %(documents)d. Everybody has to sign in again.")
            % {"created": outcome.told.created, "documents": outcome.told.documents}
        )
        if outcome.queued:
            self.stdout.write(_("Jobs that go on when the portal starts: %(count)d.") % {"count": outcome.queued})
        if outcome.findings:
            self.stdout.write(_("Not all of it agrees, see above; manage.py verify_index --repair mends what it can."))

    def _say(self, line: str) -> None:
        self.stderr.write(line)
        self.stderr.flush()
