"""`manage.py up` as a whole: real processes, stopped politely and not."""

import json
import os
import re
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psutil
import pytest

from portal import connection_pool, embedded, postgres, processes
from tests.running_portal import ROOT, Portal, connect, free_port, manage, wait_for

pytestmark = pytest.mark.slow

PROCESSES = ["database", "redis", "worker", "beat", "web"]


def is_alive(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def status_of(url):
    try:
        with urlopen(url, timeout=30) as response:
            return response.status
    except HTTPError as error:
        return error.code
    except URLError:
        return 0


@pytest.fixture(scope="module")
def portal(data_dir):
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LOG_FORMAT", "json")
        running = Portal(data_dir, free_port())
    wait_for(running.runs)
    yield running
    running.stop()


def test_first_start_tells_address_and_password_once(portal):
    assert len(re.findall(r"password \S+", portal.said())) == 1
    assert status_of(f"{portal.address}/") == 200


def test_second_up_on_the_same_directory_stops_with_one_line(portal):
    command = manage(portal.data_dir, "up", "--port", str(free_port()))
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert second.returncode == 1
    assert second.stdout == ""
    assert len(second.stderr.splitlines()) == 1
    assert portal.address in second.stderr


def test_taken_port_stops_before_anything_starts(portal, data_dir):
    other = data_dir.with_name("other")
    command = manage(other, "up", "--port", str(portal.port))
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert second.returncode == 1
    assert "--port" in second.stderr
    assert not (other / "postgres").exists()


def test_commands_use_the_database_of_the_running_portal(portal):
    code = "from portal.models import User; print(User.objects.count())"
    command = manage(portal.data_dir, "shell", "-v0", "-c", code)
    shell = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert shell.stdout == "1\n"
    assert "password" not in shell.stderr


def test_each_line_of_the_logs_is_one_object_and_none_holds_what_was_asked(portal):
    logs = [portal.data_dir / "log" / f"{name}.log" for name in processes.NAMES]
    wait_for(lambda: all(log.stat().st_size for log in logs))

    assert status_of(f"{portal.address}/search?q=perpetuumword") == 200
    # Whoever asks that waits until the model is loaded.
    assert status_of(f"{portal.address}/readyz") == 200

    for log in logs:
        text = log.read_text(encoding="utf-8")
        assert all(json.loads(line)["message"] for line in text.splitlines())
        assert "perpetuumword" not in text


def connections_of_the_web_server(portal):
    with connect(portal.data_dir) as watcher:
        found = watcher.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [connection_pool.NAME])
        return {row[0] for row in found}


def test_pages_hand_a_connection_on_which_is_closed_when_nobody_asks(portal):
    # What other tests had is closed one by one.
    wait_for(lambda: not connections_of_the_web_server(portal), 2 * connection_pool.MOST * connection_pool.IDLE_S)
    seen = set()
    for _page in range(5):
        assert status_of(f"{portal.address}/healthz") == 200
        seen |= connections_of_the_web_server(portal)

    assert 1 <= len(seen) < 5
    wait_for(lambda: not connections_of_the_web_server(portal))


def ask_at_once(portal, askers, times):
    with ThreadPoolExecutor(askers) as threads:
        return set(threads.map(status_of, [f"{portal.address}/healthz"] * times))


def test_connections_that_broke_are_noticed_before_they_are_used(portal):
    def broken():
        assert ask_at_once(portal, askers=20, times=60) == {200}
        with connect(portal.data_dir) as watcher:
            # It waits for the end of each, so that none answers once more.
            end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = %s"
            return watcher.execute(end, [connection_pool.NAME]).fetchall()

    # More than the pool would try within its patience.
    wait_for(lambda: len(broken()) > 5)

    assert status_of(f"{portal.address}/healthz") == 200


def test_more_may_ask_than_there_are_connections(portal):
    assert ask_at_once(portal, askers=connection_pool.MOST + 10, times=2 * connection_pool.MOST) == {200}
    assert len(connections_of_the_web_server(portal)) <= connection_pool.MOST


def test_restarted_database_is_used_again(portal):
    assert status_of(f"{portal.address}/healthz") == 200
    postgres.running_process(embedded.database_server(portal.data_dir)).kill()

    wait_for(lambda: "database stopped" in portal.said())
    wait_for(lambda: status_of(f"{portal.address}/healthz") == 200)


def test_killed_web_server_comes_back(portal):
    web = next(child for child in portal.children() if "uvicorn" in child.cmdline())
    web.kill()

    wait_for(lambda: "web stopped" in portal.said())
    wait_for(lambda: status_of(f"{portal.address}/healthz") == 200)
    assert portal.said().count("web stopped") == 1


def test_portal_survives_kill_of_everything_and_stops_without_a_trace(data_dir):
    own_dir = data_dir.with_name("killed")
    port = free_port()
    first = Portal(own_dir, port)
    wait_for(first.runs)
    assert {path.stem for path in (own_dir / "log").glob("*.log")} == set(PROCESSES)
    for child in first.children():
        child.kill()
    wait_for(lambda: first.said().count("stopped (") >= len(PROCESSES))
    first.process.kill()
    first.process.wait()

    second = Portal(own_dir, port)
    wait_for(second.runs)
    children = second.children()
    os.kill(second.process.pid, signal.SIGINT)

    assert second.process.wait(timeout=60) == 0
    assert "password" not in second.said()
    wait_for(lambda: not any(is_alive(child) for child in children))
    assert list(embedded.socket_dir(own_dir).iterdir()) == []
