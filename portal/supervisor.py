"""Keeps the portal's processes running: starts them, starts again what dies, ends all of them in order.

Every process leads a group of its own, is told by the kernel when the supervisor dies, and is written down,
so that not even kill -9 of the supervisor leaves anything in the way of the next start.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Protocol

import psutil
from django.utils.translation import gettext as _

from portal.embedded import EmbeddedError
from portal.privileges import Account

TETHER = Path(__file__).with_name("tether.py")
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TICK_S = 0.2
LONGEST_DELAY_S = 30.0
RAN_WELL_S = 20.0
LEFTOVER_GRACE_S = 30.0
LOG_LIMIT_BYTES = 10 * 1024 * 1024
OLD_LOGS = 3


class Running(Protocol):
    """What is asked of a process: `subprocess.Popen` and `Adopted` answer."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Adopted:
    """A process that somebody else started."""

    process: psutil.Process

    @property
    def pid(self) -> int:
        return self.process.pid

    def poll(self) -> int | None:
        with suppress(psutil.NoSuchProcess):
            if self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE:
                return None
        return 0


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    argv: tuple[str, ...]
    log: Path
    directory: Path
    account: Account | None = None
    # Signals and how long each is given; whatever is left of the process group is killed after the last.
    stop_steps: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 10.0),)
    # What the kernel sends when the supervisor dies.
    orphan_signal: signal.Signals = signal.SIGKILL
    prepare: Callable[[], None] = lambda: None


@dataclass(slots=True)
class Child:
    service: Service
    process: Running
    started_at: float
    failures: int = 0
    due_at: float | None = None


def failures_after(failures: int, ran_s: float) -> int:
    """Count the deaths in a row; one after a good run is the first again."""
    return 1 if ran_s >= RAN_WELL_S else failures + 1


def delay_s(failures: int) -> float:
    return min(LONGEST_DELAY_S, 2.0 ** (failures - 1))


def exit_reason(status: int) -> str:
    if status < 0:
        return _("ended by signal %(number)s") % {"number": -status}
    return _("exit status %(status)s") % {"status": status}


def rotate(log: Path) -> None:
    """Set a log aside that has grown large; the process that wrote it is not running now."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not log.exists() or log.stat().st_size < LOG_LIMIT_BYTES:
        return
    names = [log, *(log.with_name(f"{log.name}.{number}") for number in range(1, OLD_LOGS + 1))]
    for older, newer in reversed(list(zip(names[1:], names, strict=False))):
        if newer.exists():
            newer.replace(older)


def spawn(service: Service) -> subprocess.Popen[bytes]:
    """Start a service in its own process group, tied to this process."""
    service.prepare()
    rotate(service.log)
    account = "-" if service.account is None else str(service.account)
    tether = (
        sys.executable,
        "-I",
        "-S",
        str(TETHER),
        str(os.getpid()),
        str(int(service.orphan_signal)),
        account,
    )
    with service.log.open("ab") as log:
        return subprocess.Popen(
            (*tether, *service.argv),
            cwd=service.directory,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _heeded_signals() -> list[signal.Signals]:
    """Whoever runs the portal under nohup wants it to outlive the terminal."""
    is_under_nohup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [number for number in STOP_SIGNALS if not (is_under_nohup and number is signal.SIGHUP)]


def kill_group(pid: int) -> None:
    """End what a process left behind in its group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


@dataclass(slots=True)
class Supervisor:
    say: Callable[[str], None]
    notes: Path
    children: list[Child] = field(default_factory=list)
    stop_requests: int = 0

    @contextmanager
    def in_charge(self) -> Iterator[None]:
        """Take the signals that mean stop, and end every child on the way out, whatever the reason."""
        former = {number: signal.signal(number, self._request_stop) for number in _heeded_signals()}
        try:
            yield
        finally:
            self.stop()
            for number, handler in former.items():
                signal.signal(number, handler)

    def _request_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop_requests += 1

    def start(self, service: Service, process: Running | None = None) -> Child:
        """Start a service, or keep one that runs already."""
        child = Child(service, process or spawn(service), time.monotonic())
        self.children.append(child)
        self._write_notes()
        return child

    def watch(self, until: Callable[[], bool]) -> bool:
        """Keep everything running until the condition holds (True) or somebody asks to stop (False)."""
        while not self.stop_requests:
            for child in self.children:
                self._look_after(child)
            if until():
                return True
            time.sleep(TICK_S)
        return False

    def _look_after(self, child: Child) -> None:
        if child.due_at is None:
            status = child.process.poll()
            if status is not None:
                kill_group(child.process.pid)
                self._plan_restart(child, exit_reason(status))
        elif time.monotonic() >= child.due_at:
            self._restart(child)

    def _plan_restart(self, child: Child, reason: str) -> None:
        now = time.monotonic()
        child.failures = failures_after(child.failures, now - child.started_at)
        child.due_at = now + delay_s(child.failures)
        line = _("%(name)s stopped (%(reason)s). It starts again in %(delay)d s. Its log: %(log)s")
        values = {"name": child.service.name, "reason": reason, "log": child.service.log}
        self.say(line % {**values, "delay": delay_s(child.failures)})

    def _restart(self, child: Child) -> None:
        child.started_at = time.monotonic()
        try:
            child.process = spawn(child.service)
        except (OSError, EmbeddedError) as error:
            self._plan_restart(child, str(error))
            return
        child.due_at = None
        self._write_notes()

    def stop(self) -> None:
        """End all children, the last one started first."""
        while self.children:
            child = self.children[-1]
            self._end(child)
            self.children.pop()
        self.notes.unlink(missing_ok=True)

    def _end(self, child: Child) -> None:
        """Ask, wait, insist. Somebody who asks again to stop does not want to wait."""
        patience = self.stop_requests
        for number, grace_s in child.service.stop_steps:
            if child.process.poll() is None:
                with suppress(ProcessLookupError):
                    os.kill(child.process.pid, number)
            deadline = time.monotonic() + grace_s
            while child.process.poll() is None and time.monotonic() < deadline and self.stop_requests == patience:
                time.sleep(0.05)
        kill_group(child.process.pid)
        while child.process.poll() is None:
            time.sleep(0.05)

    def _write_notes(self) -> None:
        notes = [_note(child) for child in self.children]
        draft = self.notes.with_name(f"{self.notes.name}.new")
        draft.write_text(json.dumps([note for note in notes if note]), encoding="utf-8")
        draft.replace(self.notes)


def _note(child: Child) -> dict[str, float] | None:
    if isinstance(child.process, Adopted):
        return None
    try:
        created = psutil.Process(child.process.pid).create_time()
    except psutil.NoSuchProcess:
        return None
    return {"pid": child.process.pid, "created": created, "signal": int(child.service.orphan_signal)}


def end_leftovers(notes: Path) -> None:
    """End what a killed supervisor left; the time of birth tells a process from one with a recycled id."""
    if not notes.exists():
        return
    for note in json.loads(notes.read_text(encoding="utf-8")):
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(int(note["pid"]))
            if abs(process.create_time() - note["created"]) < 1:
                _end_leftover(process, signal.Signals(int(note["signal"])))
    notes.unlink()


def _end_leftover(process: psutil.Process, number: signal.Signals) -> None:
    process.send_signal(number)
    deadline = time.monotonic() + LEFTOVER_GRACE_S
    leftover = Adopted(process)
    while leftover.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    kill_group(process.pid)
