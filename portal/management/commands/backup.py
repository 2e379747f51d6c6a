"""Copies the whole portal into one file while it runs, or checks such a file."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from portal.backup import making, restoring
from portal.backup.manifest import BackupError, Manifest


class Command(BaseCommand):
    help = _("Copy database, files and key of the portal into one file, while it runs; or check such a file.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, help=_("the file to be made, or the folder to make it in"))
        parser.add_argument("--without-index", action="store_true", help=_("leave out what can be computed again"))
        parser.add_argument("--verify", type=Path, metavar="FILE", help=_("check a backup and make none"))

    def handle(self, *, path: Path | None, without_index: bool, verify: Path | None, **_options: object) -> None:
        if (path is None) == (verify is None):
            raise CommandError(_("Name the file or the folder for the backup, or a backup to check with --verify."))
        try:
            if path is not None:
                verify = making.make(path, self._say, with_index=not without_index)
            self._tell(verify, restoring.verify(verify, self._say))  # type: ignore[arg-type]  # one of the two is named
        except (BackupError, DatabaseError, OSError) as error:
            raise CommandError(str(error).strip()) from error

    def _tell(self, path: Path, told: Manifest) -> None:
        self.stdout.write(
            _("%(path)s is whole, as of %(created)s. Documents: %(documents)d. Size: %(size)d MB.")
            % {
                "path": path,
                "documents": told.documents,
                "created": told.created,
                "size": told.size // making.MEGABYTE,
            }
        )

    def _say(self, line: str) -> None:
        self.stderr.write(line)
        self.stderr.flush()
