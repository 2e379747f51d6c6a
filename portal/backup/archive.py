"""The file of a backup: a ZIP archive of parts that are stored as they are, and of the manifest that vouches for them.

It is written under another name and takes its own only when it is whole.
"""

import hashlib
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from portal.backup import manifest
from portal.backup.manifest import BackupError, Manifest, Part

BLOCK = 1 << 20
# A date that every archive may have: nothing in a backup depends on when its parts were written.
_DATE = (1980, 1, 1, 0, 0, 0)
_FILE = re.compile(r"files/[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)+")

Report = Callable[[int], None]


class Writer:
    """An archive that is being made; `parts` are those that are in it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.parts: list[Part] = []

    def add(self, name: str, source: IO[bytes], report: Report = lambda size: None) -> Part:
        """Store what `source` gives until its end; `report` is told of every block's bytes."""
        with self._archive.open(zipfile.ZipInfo(name, _DATE), "w", force_zip64=True) as target:
            part = Part(name, *copied(source, target, report))
        self.parts.append(part)
        return part

    def close_with(self, contents: Manifest) -> None:
        self._archive.writestr(zipfile.ZipInfo(manifest.NAME, _DATE), contents.written())


@contextmanager
def written(path: Path) -> Iterator[Writer]:
    """An archive that stands under `path` once the block has ended, and not at all if it fails."""
    if path.exists():
        raise BackupError(_("%(path)s is there already. Name another file.") % {"path": path})
    draft = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Raises BackupError if there is no such archive."""
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise BackupError(_("There is no file %(path)s.") % {"path": path}) from error
    except (OSError, zipfile.BadZipFile) as error:
        raise BackupError(_("%(path)s is not a whole backup: it was cut off or damaged.") % {"path": path}) from error
    with archive:
        yield archive


def contents(archive: zipfile.ZipFile) -> Manifest:
    """What the archive says of itself. Raises BackupError."""
    try:
        return manifest.read(archive.read(manifest.NAME))
    except (KeyError, OSError, zipfile.BadZipFile) as error:
        raise BackupError(_("This is not a backup of the portal: its list of contents cannot be read.")) from error


def verified(archive: zipfile.ZipFile, report: Report = lambda size: None) -> Manifest:
    """The manifest of an archive of which every part was read and is what it says. Raises BackupError."""
    told = contents(archive)
    names = {part.name: part for part in told.parts}
    stored = [info.filename for info in archive.infolist() if info.filename != manifest.NAME]
    if sorted(stored) != sorted(names) or manifest.DATABASE not in names:
        raise BackupError(_("The backup is damaged: its parts are not those that its list of contents names."))
    for part in told.parts:
        if not _is_allowed(part.name) or not _is_whole(archive, part, report):
            raise BackupError(_("The backup is damaged: the part %(name)s has changed.") % {"name": part.name})
    return told


def _is_allowed(name: str) -> bool:
    return name in (manifest.DATABASE, manifest.SECRET_KEY) or _FILE.fullmatch(name) is not None


def _is_whole(archive: zipfile.ZipFile, part: Part, report: Report) -> bool:
    try:
        with archive.open(part.name) as source:
            return copied(source, None, report) == (part.size, part.sha256)
    except (zipfile.BadZipFile, OSError, EOFError):
        return False


def copied(source: IO[bytes], target: IO[bytes] | None, report: Report = lambda size: None) -> tuple[int, str]:
    """Copy to the end; return the number of bytes and their SHA-256."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(BLOCK):
        digest.update(block)
        size += len(block)
        report(len(block))
        if target is not None:
            target.write(block)
    return size, digest.hexdigest()


def files(told: Manifest) -> Mapping[str, Part]:
    """The parts that are uploaded files, by their names in the storage."""
    return {part.name.removeprefix(manifest.FILES): part for part in told.parts if part.name.startswith(manifest.FILES)}
