"""What a backup says of itself: versions, and of each part its size and hash."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

NAME = "manifest.json"
DATABASE = "database.dump"
SECRET_KEY = "secret_key"  # noqa: S105 - the name of a part
FILES = "files/"
# Of the layout of a backup; to be raised when an older portal could not restore it.
FORMAT = 1


class BackupError(Exception):
    """A backup or a restore that cannot be; the text is for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a backup: `size` in bytes, `sha256` in hexadecimal digits."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`created` is the moment of the snapshot, ISO 8601. `migrations` are those that were applied, "app.name".

    `has_index` tells whether passages and vectors are in the dump; `missing` names files that the database knows and
    the disk had lost before, `changed` those whose content is not the one that was uploaded.
    """

    portal: str
    created: str
    postgresql: int
    pgvector: str
    migrations: tuple[str, ...]
    documents: int
    has_index: bool
    parts: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    format: int = field(default=FORMAT)

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(part.size for part in self.parts)

    def written(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()


def read(text: bytes) -> Manifest:
    """Raises BackupError if it is none, or of a portal that is newer than this one."""
    try:
        values = json.loads(text)
        if values["format"] > FORMAT:
            raise BackupError(
                _(
                    "This backup was made by a newer portal (%(version)s). "
                    "Install that version or a later one, then restore."
                )
                % {"version": values.get("portal", "?")}
            )
        return _manifest(values)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(_("This is not a backup of the portal: its list of contents cannot be read.")) from error


def _manifest(values: Mapping[str, Any]) -> Manifest:
    names = ("portal", "created", "postgresql", "pgvector", "documents", "has_index", "format")
    return Manifest(
        **{name: values[name] for name in names},
        migrations=tuple(values["migrations"]),
        parts=tuple(Part(**part) for part in values["parts"]),
        missing=tuple(values["missing"]),
        changed=tuple(values["changed"]),
    )
