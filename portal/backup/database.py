"""PostgreSQL's own programs for a dump and back, and the databases that a restore builds beside the one in use."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.db import DatabaseError, connection
from django.db.backends.postgresql.client import DatabaseClient
from django.utils.translation import gettext as _
from psycopg import sql

from portal import postgres
from portal.backup.manifest import BackupError

# Vectors hardly shrink, and what does shrink does so at the lowest level.
DUMP = ("--format=custom", "--compress=1", "--no-owner", "--no-privileges", "--no-comments")
RESTORE = ("--exit-on-error", "--no-owner", "--no-privileges")
# Chunks and the counts of their terms: what can be computed again from the pages.
INDEX_TABLES = ("documents_chunk*", "documents_term")
# Beside the database in use: the one that is being restored, and the one that it has replaced.
RESTORED, REPLACED = "restored", "replaced"
MAINTENANCE = "postgres"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a backup sees of the database, as of one moment, as long as its transaction lasts."""

    id: str
    created: str
    postgresql: int
    pgvector: str
    migrations: tuple[str, ...]
    documents: int
    # (name in the storage, bytes, SHA-256) of each uploaded file.
    files: tuple[tuple[str, int, str], ...]
    database_bytes: int
    index_bytes: int


def snapshot() -> Snapshot:
    """Inside a transaction of its own: nothing was asked in it before."""
    # Plain SQL: the tables may be those of an older version of the portal.
    _rows(
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0"
    )
    ((key, created, pgvector),) = _rows(
        "SELECT pg_export_snapshot(), to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
        " (SELECT extversion FROM pg_extension WHERE extname = 'vector')"
    )
    applied = _rows("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
    files = _rows(
        "SELECT file, size, sha256 FROM documents_document JOIN documents_collection AS collection"
        " ON collection.id = collection_id WHERE file <> '' AND NOT collection.is_scratch ORDER BY file"
    )
    ((documents, database, index),) = _rows(
        "SELECT (SELECT count(*) FROM documents_document), pg_database_size(current_database()),"
        " coalesce((SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
        " WHERE relname LIKE 'documents_chunk%' AND relkind = 'r'), 0)::bigint"
    )
    return Snapshot(
        id=key,
        created=created,
        postgresql=server_version(),
        pgvector=pgvector,
        migrations=tuple(row[0] for row in applied),
        documents=documents,
        files=tuple(files),
        database_bytes=database,
        index_bytes=index,
    )


def assure_snapshot() -> None:
    """Raises DatabaseError if the transaction of the snapshot is over."""
    _rows("SELECT 1")


def server_version() -> int:
    """The major version of the server."""
    return int(_rows("SHOW server_version_num")[0][0]) // 10_000


@contextmanager
def dumped(snapshot: str, *, with_index: bool) -> Iterator[IO[bytes]]:
    """The dump of a snapshot as it comes. Raises BackupError if it does not come to its end."""
    left_out = () if with_index else tuple(f"--exclude-table-data={table}" for table in INDEX_TABLES)
    with _run("pg_dump", (*DUMP, f"--snapshot={snapshot}", *left_out), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101 - asked for in the line above
        yield process.stdout


@contextmanager
def restoring(name: str) -> Iterator[IO[bytes]]:
    """Where to write a dump that is to fill the empty database `name`. Raises BackupError."""
    with _run("pg_restore", (*RESTORE, f"--dbname={name}"), stdin=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101 - asked for in the line above
        yield process.stdin


@contextmanager
def _run(name: str, options: Sequence[str], **pipes: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program of PostgreSQL against the database in use, and make sure that it ended well."""
    argv, variables = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    # The name of the database comes last; a restore has one of its own.
    where = argv[1:-1] if name == "pg_restore" else argv[1:]
    with tempfile.TemporaryFile() as complaints:
        command = [program(name), *options, *where]
        process = subprocess.Popen(command, stderr=complaints, env={"LC_ALL": "C", **(variables or {})}, **pipes)  # type: ignore[call-overload]
        try:
            with process:
                yield process
        except BrokenPipeError:
            # Its own last words tell more.
            process.wait()
        finally:
            process.kill()
        if process.returncode != 0:
            complaints.seek(0)
            raise BackupError(_complaint(name, complaints.read()))


def _complaint(name: str, output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    errors = [line for line in lines if "error:" in line or "FATAL" in line]
    told = f"{name}: {(errors or lines or [''])[0].removeprefix(f'{name}: ')}"
    if "create extension" not in told:
        return told
    hint = _(
        "Have an administrator of the server run CREATE EXTENSION vector in its database template1, then try again."
    )
    return f"{told}\n{hint}"


def program(name: str) -> str:
    """The program that fits the server: of its own version, or the next newer one. Raises BackupError."""
    wanted = server_version()
    found = {version: path for path in _candidates(name) if (version := _version(path)) >= wanted}
    if not found:
        raise BackupError(
            _(
                "The server is PostgreSQL %(version)d, and there is no %(name)s of that version here. "
                "Install the client programs of PostgreSQL %(version)d or later."
            )
            % {"version": wanted, "name": name}
        )
    return found[min(found)]


def _candidates(name: str) -> Iterator[str]:
    on_path = shutil.which(name)
    if on_path:
        yield on_path
    packaged = postgres.program(name)
    if Path(packaged).exists():
        yield packaged


def _version(path: str) -> int:
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, env={"LC_ALL": "C"})
    told = re.search(r"(\d+)(\.\d+)*\s*(\(|$)", done.stdout.strip())
    return int(told[1]) if told else 0


def others() -> int:
    """How many other connections to the database there are."""
    ((count,),) = _rows(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        # The kind of other people's connections is hidden from ordinary accounts; the server's own belong to nobody.
        " AND pid <> pg_backend_pid() AND usesysid IS NOT NULL AND coalesce(backend_type, '') <> 'parallel worker'"
    )
    return int(count)


def name_in_use() -> str:
    return str(connection.settings_dict["NAME"])


def beside(name: str, what: str) -> str:
    """The name of a second database beside `name`; PostgreSQL cuts names off behind 63 bytes."""
    return f"{name[:50]}_{what}"


def use(name: str) -> None:
    """From now on, all of this process talks to the database `name` of the same server."""
    connection.close()
    connection.settings_dict["NAME"] = name


def create(name: str) -> None:
    """Make an empty database, in place of one that was left over. Raises BackupError."""
    drop(name)
    _maintain(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def drop(name: str) -> None:
    _maintain(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def swap(name: str, restored: str, replaced: str) -> None:
    """Give `name` to what was restored and `replaced` to what had it, both or neither. Raises BackupError."""
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}; ALTER DATABASE {} RENAME TO {}")
    _maintain(rename.format(*map(sql.Identifier, (name, replaced, restored, name))))


def _maintain(statement: sql.Composable) -> None:
    """What is sent together is one transaction; none of it can be done from within the database that it is about."""
    other = connection.copy()
    other.settings_dict["NAME"] = MAINTENANCE
    try:
        with other.cursor() as cursor:
            cursor.execute(statement.as_string())
    except DatabaseError as error:
        raise BackupError(_("The database server refuses: %(error)s") % {"error": str(error).strip()}) from error
    finally:
        other.close()


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []
