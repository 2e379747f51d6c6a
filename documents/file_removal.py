"""What becomes of the files of deleted documents: they go at once, or, while a backup is made, after it.

A backup copies the files that its snapshot of the database names. What is deleted meanwhile is moved aside, where the
backup still finds it; the file itself is never changed.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models.fields.files import FieldFile

from documents import viewer

logger = logging.getLogger(__name__)

# Any number that nothing else locks: held alone by a backup, together by those who delete.
LOCK = 5_146_070_331
WAIT_MS = 30_000
ASIDE = "removed"


class BackupRunning(Exception):
    """Another backup holds the files."""


def remove(file: FieldFile) -> None:
    """Delete the file of a document whose row is gone for good, or move it aside for the backup that runs."""
    if not file or not file.name:
        return
    path = Path(file.path)
    viewer.forget_pictures(path, settings.PICTURE_CACHE_DIR)
    with suppress(DatabaseError, InterfaceError), transaction.atomic():
        if _may_delete():
            path.unlink(missing_ok=True)
            return
    # Where nobody can tell whether a backup runs, the file waits as well.
    _move_aside(path)


def opened(name: str) -> IO[bytes]:
    """The file that a row of the backup's snapshot names, moved aside or not. Raises FileNotFoundError."""
    try:
        return Path(default_storage.path(name)).open("rb")
    except FileNotFoundError:
        return _aside(name).open("rb")


def clear() -> None:
    """Delete what was moved aside, unless a backup runs that may need it."""
    folder = _aside("")
    if not folder.is_dir():
        return
    with transaction.atomic():
        if _may_delete():
            for path in folder.iterdir():
                path.unlink(missing_ok=True)


@contextmanager
def postponed() -> Iterator[None]:
    """Let no file go while the block lasts, beginning with those whose rows are seen from now on.

    Deletions that are under way are waited for. Raises BackupRunning if somebody else holds the files.
    """
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT set_config('lock_timeout', %s, false), pg_advisory_lock(%s)", [str(WAIT_MS), LOCK])
            cursor.execute("SET lock_timeout = 0")
        except DatabaseError as error:
            raise BackupRunning from error
    try:
        yield
    finally:
        # A connection that is lost has given the lock up by itself.
        with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _may_delete() -> bool:
    """Whether no backup runs; none begins before the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _move_aside(path: Path) -> None:
    aside = _aside(path.name)
    aside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileNotFoundError):
        path.replace(aside)
        logger.info("a backup runs: %s is deleted after it", path.name)


def _aside(name: str) -> Path:
    return Path(default_storage.path(ASIDE)) / Path(name).name
