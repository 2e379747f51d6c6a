"""A portal of its own in a directory that is thrown away: what measures and torments the portal never meets real data.

It has a database, a broker, a worker and the clock of periodic work, but no web server.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils.translation import gettext_noop

from documents import workers
from portal import embedded, first_run, launch, processes
from portal.supervisor import Child, Supervisor

T = TypeVar("T")

PREFIX = "knowledge-portal-trial-"
WORKER_START_TIMEOUT_S = 120


def run_elsewhere() -> None:
    """Run this command again in a new data directory and end with its status; return if this is that run."""
    if settings.PORTAL_DATA_DIR.parent.name.startswith(PREFIX):
        return
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        # Empty and not only absent: a file .env would set them again.
        variables = [f"PORTAL_DATA_DIR={folder}/data", "DATABASE_URL=", "REDIS_URL="]
        status = subprocess.run(["env", *variables, sys.executable, *sys.argv], check=False).returncode
    sys.exit(status)


@contextmanager
def running_services(say: Callable[[str], None]) -> Iterator[Supervisor]:
    """Run the services of this data directory while the block lasts; a service that dies is started again."""
    data_dir = settings.PORTAL_DATA_DIR
    with embedded.sole_owner(data_dir, "trial"):
        supervisor = Supervisor(say, embedded.run_dir(data_dir) / "children.json")
        watching = threading.Thread(target=supervisor.watch, args=[lambda: False], daemon=True)
        try:
            _start(supervisor, data_dir)
            watching.start()
            _wait_for_worker()
            yield supervisor
        finally:
            connections.close_all()
            supervisor.stop_requests += 1
            if watching.is_alive():
                watching.join()
            supervisor.stop()


def child(supervisor: Supervisor, name: str) -> Child:
    return next(child for child in supervisor.children if child.service.name == name)


def patiently(ask: Callable[[], T]) -> T:
    """Ask the database, again and again while it is away."""
    while True:
        try:
            return ask()
        except DatabaseError:
            connections.close_all()
            time.sleep(0.2)


def _start(supervisor: Supervisor, data_dir: Path) -> None:
    launch.start_database(supervisor, data_dir)
    first_run.migrate(data_dir)
    launch.start_broker(supervisor, data_dir)
    for service in processes.of_the_portal(data_dir, host="", port=0):
        if service.name != "web":
            supervisor.start(service)


def _wait_for_worker() -> None:
    deadline = time.monotonic() + WORKER_START_TIMEOUT_S
    while not workers.are_alive():
        if time.monotonic() > deadline:
            message = gettext_noop("The worker does not start. Its log is in %(logs)s.")
            raise embedded.EmbeddedError(message, logs=Path(settings.PORTAL_DATA_DIR) / "log")
        time.sleep(0.5)
