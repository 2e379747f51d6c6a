"""Making a backup while the portal runs: one snapshot of the database, and every file that it names."""

import io
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from documents import audit, file_removal
from portal.backup import archive, database, manifest
from portal.backup.database import Snapshot
from portal.backup.manifest import BackupError, Manifest
from portal.version import VERSION

MEGABYTE = 1 << 20
# Between two lines that tell how far it is.
PAUSE_S = 2.0

Say = Callable[[str], None]


@dataclass(slots=True)
class Progress:
    """Tells now and then how many bytes of something have gone through."""

    say: Say
    text: str
    total: int = 0
    done: int = 0
    told_at: float = field(default_factory=time.monotonic)

    def __call__(self, size: int) -> None:
        self.done += size
        if time.monotonic() - self.told_at > PAUSE_S:
            self.told_at = time.monotonic()
            self.say(self.text % {"done": self.done // MEGABYTE, "total": self.total // MEGABYTE})


def make(target: Path, say: Say, *, with_index: bool = True) -> Path:
    """Back the whole portal up to `target`, a file, or a folder in which it gets a name of its own; return its path.

    Raises BackupError.
    """
    path = target / _own_name() if target.is_dir() else target
    if not path.parent.is_dir():
        raise BackupError(_("There is no folder %(path)s.") % {"path": path.parent})
    try:
        with file_removal.postponed(), transaction.atomic():
            _write(path, database.snapshot(), say, with_index=with_index)
    except file_removal.BackupRunning as error:
        raise BackupError(_("Another backup is being made. Wait for its end.")) from error
    file_removal.clear()
    audit.record(audit.Event.BACKED_UP, None, name=path.name)
    return path


def _own_name() -> str:
    return f"knowledge-portal-{datetime.now(UTC):%Y%m%d-%H%M%S}.backup"


def _write(path: Path, snapshot: Snapshot, say: Say, *, with_index: bool) -> None:
    files_bytes = sum(size for _name, size, _sha256 in snapshot.files)
    check_space(path.parent, files_bytes + snapshot.database_bytes - (0 if with_index else snapshot.index_bytes))
    with archive.written(path) as writer:
        say(_("Database…"))
        progress = Progress(say, _("Database: %(done)d MB are written."))
        with database.dumped(snapshot.id, with_index=with_index) as dump:
            writer.add(manifest.DATABASE, dump, progress)
        say(_("Files: %(count)d, %(size)d MB…") % {"count": len(snapshot.files), "size": files_bytes // MEGABYTE})
        missing, changed = _add_files(writer, snapshot, say)
        # A connection that was lost meanwhile has let go of the files, too.
        database.assure_snapshot()
        if settings.EMBEDDED_DATABASE:
            writer.add(manifest.SECRET_KEY, io.BytesIO(settings.SECRET_KEY.encode()))
        writer.close_with(
            Manifest(
                portal=VERSION,
                created=snapshot.created,
                postgresql=snapshot.postgresql,
                pgvector=snapshot.pgvector,
                migrations=snapshot.migrations,
                documents=snapshot.documents,
                has_index=with_index,
                parts=tuple(writer.parts),
                missing=tuple(missing),
                changed=tuple(changed),
            )
        )
    _tell_of_losses(missing, changed, say)


def _add_files(writer: archive.Writer, snapshot: Snapshot, say: Say) -> tuple[list[str], list[str]]:
    """Store the files; return those that are gone, and those that are not what was uploaded: lost before."""
    missing: list[str] = []
    changed: list[str] = []
    progress = Progress(say, _("Files: %(done)d of %(total)d MB are written."), sum(row[1] for row in snapshot.files))
    for name, size, sha256 in snapshot.files:
        try:
            file = file_removal.opened(name)
        except FileNotFoundError:
            missing.append(name)
            continue
        with file:
            part = writer.add(manifest.FILES + name, file, progress)
        if (part.size, part.sha256) != (size, sha256):
            changed.append(name)
    return missing, changed


def _tell_of_losses(missing: list[str], changed: list[str], say: Say) -> None:
    if missing or changed:
        say(
            _(
                "Files that were gone before this backup: %(missing)d; that are not what was uploaded: %(changed)d. "
                "manage.py verify_index names their documents; upload these anew."
            )
            % {"missing": len(missing), "changed": len(changed)}
        )


def check_space(folder: Path, needed: int) -> None:
    """Raises BackupError if a folder has not so many bytes left."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            _(
                "This may take %(needed)d MB, and %(folder)s has only %(free)d MB free. "
                "Make room, or name another place."
            )
            % {"needed": needed // MEGABYTE, "folder": folder, "free": free // MEGABYTE}
        )
