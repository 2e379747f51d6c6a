"""Bringing a backup back: built and checked beside what is there, and put in its place in one transaction.

Until then the portal is what it was: the dump fills a database of its own, files only come beside those that lie
there, also where the name is the same. A restore that is interrupted leaves both behind for the next one to clear.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipFile

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from documents import audit, integrity
from documents.models import Document
from portal import embedded, first_run, sample_library, secret_key
from portal.backup import archive, cleansing, database, manifest
from portal.backup.making import MEGABYTE, Progress, Say, check_space
from portal.backup.manifest import BackupError, Manifest

# A dump is packed, and the index of neighbours is not in it: its database is at most so many times as large.
SPACE = 3


@dataclass(slots=True)
class _Files:
    """What a restore has written so far, and by its name in the storage each file that waits for its place."""

    added: list[Path] = field(default_factory=list)
    waiting: dict[str, manifest.Part] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back, and what `verify_index` has to say about it."""

    told: Manifest
    findings: tuple[integrity.Finding, ...]
    queued: int


def verify(path: Path, say: Say) -> Manifest:
    """Read a whole backup and return its manifest. Raises BackupError."""
    with archive.opened(path) as opened:
        return _verified(opened, say)


def restore(path: Path, say: Say, *, replace: str = "") -> Outcome:
    """Make the portal what it was when the backup was made; `replace` is the name of the database that may go.

    Raises BackupError, and EmbeddedError if the portal runs.
    """
    with ExitStack() as held:
        if settings.EMBEDDED_DATABASE:
            held.enter_context(embedded.sole_owner(settings.PORTAL_DATA_DIR, "restore"))
        opened = held.enter_context(archive.opened(path))
        told = archive.contents(opened)
        _refuse_newer(told)
        name = database.name_in_use()
        _refuse_others()
        _refuse_loss(name, replace)
        check_space(settings.PORTAL_DATA_DIR, SPACE * told.size)
        _verified(opened, say)
        before = _files_in_use()
        outcome = _brought_back(opened, told, name, say)
        _clear(name, set(before) - set(archive.files(told)))
        return outcome


def _verified(opened: ZipFile, say: Say) -> Manifest:
    total = archive.contents(opened).size
    say(_("Checking %(size)d MB…") % {"size": total // MEGABYTE})
    return archive.verified(opened, Progress(say, _("Checking: %(done)d of %(total)d MB are read."), total))


def _refuse_newer(told: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.disk_migrations or {}}
    if set(told.migrations) - known or told.postgresql > database.server_version():
        raise BackupError(
            _(
                "This backup was made by a newer portal (%(version)s, PostgreSQL %(server)d). "
                "Install these versions or later ones, then restore."
            )
            % {"version": told.portal, "server": told.postgresql}
        )


def _refuse_others() -> None:
    count = database.others()
    if count:
        raise BackupError(
            _(
                "Other connections to the database are open: %(count)d. "
                "Stop the web server, the workers, the clock and all commands first."
            )
            % {"count": count}
        )


def _refuse_loss(name: str, replace: str) -> None:
    if replace != name and not _is_empty():
        raise BackupError(
            _(
                "This portal is not empty. To replace all that is in it by the backup, "
                "say so with the name of its database: --replace %(name)s"
            )
            % {"name": name}
        )


def _is_empty() -> bool:
    """A portal that was only just made has an admin and nothing else."""
    tables = set(connection.introspection.table_names())
    if "documents_collection" not in tables:
        return not tables
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM documents_collection) OR EXISTS (SELECT FROM chat_conversation)"
            " OR (SELECT count(*) > 1 FROM portal_user)"
        )
        return not cursor.fetchone()[0]


def _files_in_use() -> list[str]:
    """Files of what is to be replaced, which may be an older portal, or none at all."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT file FROM documents_document WHERE file <> ''")
            return [row[0] for row in cursor.fetchall()]
    except DatabaseError:
        return []


def _brought_back(opened: ZipFile, told: Manifest, name: str, say: Say) -> Outcome:
    draft = database.beside(name, database.RESTORED)
    with _new_files() as files:
        database.create(draft)
        say(_("Database…"))
        with opened.open(manifest.DATABASE) as dump, database.restoring(draft) as target:
            archive.copied(dump, target, Progress(say, _("Database: %(done)d MB are read.")))
        say(_("Files: %(count)d…") % {"count": len(archive.files(told))})
        _put_files(opened, told, files)
        with _in(draft, name):
            first_run.migrate(settings.PORTAL_DATA_DIR)
            queued = cleansing.forget_what_was_going_on(has_index=told.has_index)
            say(_("Checking that files, pages, passages, vectors, terms and jobs agree…"))
            findings = _findings(files.waiting)
            audit.record(audit.Event.BROUGHT_BACK, None, start=told.created)
        replaced = database.beside(name, database.REPLACED)
        database.drop(replaced)
        database.swap(name, draft, replaced)
    _take_places(files)
    _put_key(opened, told)
    sample_library.decline()
    return Outcome(told, findings, queued)


@contextmanager
def _in(draft: str, name: str) -> Iterator[None]:
    """Let all that this process asks of the database be about the draft."""
    database.use(draft)
    try:
        yield
    finally:
        connections.close_all()
        database.use(name)


@contextmanager
def _new_files() -> Iterator[_Files]:
    """What has been added goes again if the block fails."""
    files = _Files()
    try:
        yield files
    except BaseException:
        for path in files.added:
            path.unlink(missing_ok=True)
        raise


def _put_files(opened: ZipFile, told: Manifest, files: _Files) -> None:
    """Where there is a file of the same name and other content, the new one waits beside it."""
    for name, part in archive.files(told).items():
        path = Path(default_storage.path(name))
        is_taken = path.exists()
        if is_taken and _is_same(path, part):
            continue
        draft = _draft(path)
        files.added += [draft] if is_taken else [draft, path]
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with opened.open(part.name) as source, draft.open("wb") as target:
            archive.copied(source, target)
        draft.chmod(settings.FILE_UPLOAD_PERMISSIONS)
        if is_taken:
            files.waiting[name] = part
        else:
            draft.replace(path)


def _take_places(files: _Files) -> None:
    """From now on the database knows them."""
    for name in files.waiting:
        path = Path(default_storage.path(name))
        _draft(path).replace(path)


def _draft(path: Path) -> Path:
    return path.with_name(f"{path.name}.restored")


def _findings(waiting: Mapping[str, manifest.Part]) -> tuple[integrity.Finding, ...]:
    """Where a file waits, the check still meets the old one; its own sum was checked with the whole backup."""
    rows = Document.objects.filter(file__in=waiting).values_list("pk", "file", "sha256")
    sound = {key for key, name, sha256 in rows if waiting[name].sha256 == sha256}
    return tuple(found for found in integrity.findings() if found.check != "file" or found.document not in sound)


def _is_same(path: Path, part: manifest.Part) -> bool:
    with path.open("rb") as file:
        return archive.copied(file, None) == (part.size, part.sha256)


def _put_key(opened: ZipFile, told: Manifest) -> None:
    """Where the key stands in the environment, it is the environment's."""
    if settings.EMBEDDED_DATABASE and any(part.name == manifest.SECRET_KEY for part in told.parts):
        secret_key.replace(settings.PORTAL_DATA_DIR, opened.read(manifest.SECRET_KEY).decode("ascii"))


def _clear(name: str, left_over: set[str]) -> None:
    """What was replaced is needed no more."""
    database.drop(database.beside(name, database.REPLACED))
    for file in left_over:
        Path(default_storage.path(file)).unlink(missing_ok=True)
