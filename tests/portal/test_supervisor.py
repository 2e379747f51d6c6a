"""The supervision of processes, with real ones."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from portal import supervisor as supervision
from portal.supervisor import Adopted, Service, Supervisor, end_leftovers, spawn

ROOT = Path(__file__).resolve().parents[2]
SLEEPER = "import time; print('at work', flush=True); time.sleep(60)"
TELLER = """
import signal, sys, time
def end(*_):
    open(sys.argv[1], "a").write(sys.argv[2])
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("at work", flush=True)
time.sleep(60)
"""
STUBBORN_WITH_CHILD = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1], "w").write(str(child.pid))
print("at work", flush=True)
time.sleep(60)
"""
SUPERVISOR_TO_BE_KILLED = """
import sys, time
from pathlib import Path
from portal.supervisor import Service, Supervisor
folder = Path(sys.argv[1])
supervisor = Supervisor(lambda line: None, folder / "children.json")
argv = (sys.executable, "-c", "import time; time.sleep(60)")
child = supervisor.start(Service("sleeper", argv, folder / "sleeper.log", folder))
print(child.process.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervisor(tmp_path, said):
    # Whoever runs the tests under nohup has told all of them to ignore this signal.
    former = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    supervisor = Supervisor(said.append, tmp_path / "children.json")
    with supervisor.in_charge():
        yield supervisor
    signal.signal(signal.SIGHUP, former)


@pytest.fixture
def service(tmp_path):
    def make(code, *arguments, name="sleeper", **options):
        argv = (sys.executable, "-c", code, *map(str, arguments))
        return Service(name, argv, tmp_path / f"{name}.log", tmp_path, **options)

    return make


def at_work(child):
    """Wait until the program has set itself up."""
    wait_for(lambda: "at work" in child.service.log.read_text(encoding="utf-8"))
    return child


def wait_for(condition, timeout_s=10.0):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "It took too long."
        time.sleep(0.02)


def is_alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_delays_double_up_to_half_a_minute():
    assert [supervision.delay_s(failures) for failures in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_good_run_is_forgiven():
    assert supervision.failures_after(5, ran_s=3) == 6
    assert supervision.failures_after(5, ran_s=61) == 1


def test_killed_child_is_started_again_and_it_is_said_once(supervisor, service, said):
    child = supervisor.start(service(SLEEPER))
    first = child.process.pid
    os.kill(first, signal.SIGKILL)

    assert supervisor.watch(lambda: child.process.pid != first)

    assert child.process.poll() is None
    assert len(said) == 1
    assert "sleeper" in said[0]
    assert str(child.service.log) in said[0]


def test_child_that_keeps_dying_waits_longer_each_time(supervisor, service):
    child = supervisor.start(service("raise SystemExit(3)"))

    supervisor.watch(lambda: child.failures == 2)

    assert child.due_at - time.monotonic() > 1


def test_program_that_cannot_be_started_does_not_end_the_supervisor(supervisor, service, said):
    child = supervisor.start(service("raise SystemExit(3)"))
    child.service = replace(child.service, directory=Path("/nowhere"))

    supervisor.watch(lambda: child.failures == 2)

    assert "/nowhere" in said[-1]


def test_children_stop_last_started_first(supervisor, service, tmp_path):
    order = tmp_path / "order"
    for name in ("a", "b", "c"):
        at_work(supervisor.start(service(TELLER, order, name, name=name)))

    supervisor.stop()

    assert order.read_text(encoding="utf-8") == "cba"


def test_stubborn_child_is_killed_with_its_own_children(supervisor, service, tmp_path):
    pid_file = tmp_path / "grandchild"
    child = at_work(supervisor.start(service(STUBBORN_WITH_CHILD, pid_file, stop_steps=((signal.SIGTERM, 0.3),))))
    grandchild = int(pid_file.read_text(encoding="utf-8"))

    supervisor.stop()

    assert child.process.poll() == -signal.SIGKILL
    wait_for(lambda: not is_alive(grandchild))


def test_second_request_to_stop_ends_the_waiting(supervisor, service, tmp_path):
    at_work(supervisor.start(service(STUBBORN_WITH_CHILD, tmp_path / "pid", stop_steps=((signal.SIGTERM, 60),))))
    started = time.monotonic()
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()

    supervisor.stop()

    assert time.monotonic() - started < 10


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_end_the_watch(supervisor, number):
    threading.Timer(0.1, os.kill, (os.getpid(), number)).start()

    assert not supervisor.watch(lambda: False)


def test_hang_up_is_ignored_under_nohup(tmp_path):
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Supervisor(print, tmp_path / "children.json").in_charge():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, former)


def test_error_while_in_charge_leaves_no_child(tmp_path, service):
    supervisor = Supervisor(print, tmp_path / "children.json")
    started = []

    def fail_after_a_start():
        with supervisor.in_charge():
            started.append(supervisor.start(service(SLEEPER)))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_a_start()

    assert started[0].process.poll() is not None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children about the death of their parent")
def test_children_die_with_a_killed_supervisor(tmp_path):
    argv = [sys.executable, "-c", SUPERVISOR_TO_BE_KILLED, str(tmp_path)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as killed:
        child = int(killed.stdout.readline())
        assert is_alive(child)
        killed.kill()

    wait_for(lambda: not is_alive(child))


def test_leftovers_of_a_killed_supervisor_are_ended(service, tmp_path):
    process = spawn(service(SLEEPER))
    notes = tmp_path / "notes.json"
    note = {"pid": process.pid, "created": psutil.Process(process.pid).create_time(), "signal": 15}
    notes.write_text(json.dumps([note]), encoding="utf-8")

    end_leftovers(notes)

    assert process.wait() == -signal.SIGTERM
    assert not notes.exists()


def test_process_with_a_recycled_id_is_spared(service, tmp_path):
    process = spawn(service(SLEEPER))
    notes = tmp_path / "notes.json"
    note = {"pid": process.pid, "created": psutil.Process(process.pid).create_time() - 5, "signal": 15}
    notes.write_text(json.dumps([note]), encoding="utf-8")

    end_leftovers(notes)

    assert process.poll() is None
    process.kill()
    process.wait()


def test_adopted_process_is_watched_and_stopped_like_a_child(supervisor, service, tmp_path):
    process = spawn(service(SLEEPER))
    child = supervisor.start(service(SLEEPER), Adopted(psutil.Process(process.pid)))
    assert child.process.poll() is None
    assert json.loads((tmp_path / "children.json").read_text(encoding="utf-8")) == []

    supervisor.stop()

    assert process.wait() == -signal.SIGTERM


def test_large_log_is_set_aside_at_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr(supervision, "LOG_LIMIT_BYTES", 3)
    log = tmp_path / "web.log"
    for text in ("first", "second", "third", "fourth", "fifth"):
        supervision.rotate(log)
        log.write_text(text, encoding="utf-8")

    kept = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert kept == {"web.log": "fifth", "web.log.1": "fourth", "web.log.2": "third", "web.log.3": "second"}


def test_output_of_a_child_goes_to_its_log(supervisor, service):
    child = supervisor.start(service("import sys; print('out'); print('err', file=sys.stderr)"))
    child.process.wait()

    assert child.service.log.read_text(encoding="utf-8").split() == ["out", "err"]
