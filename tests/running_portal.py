"""The whole portal as `manage.py up` runs it: real processes in a data directory of their own."""

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path

import environ
import psutil
import psycopg

ROOT = Path(__file__).resolve().parents[1]


class Portal:
    """One running `up` and what it has printed."""

    def __init__(self, data_dir, port):
        self.data_dir = data_dir
        self.port = port
        self.output = data_dir.with_name(f"{data_dir.name}.out")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                manage(data_dir, "up", "--port", str(port), "--no-samples"),
                cwd=ROOT,
                stdout=output,
                stderr=output,
            )

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def first_password(self):
        return re.search(r"password (\S+)", self.said())[1]

    def said(self):
        return self.output.read_text(encoding="utf-8")

    def runs(self):
        assert self.process.poll() is None, self.said()
        return self.address in self.said()

    def children(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def manage(data_dir, *arguments):
    """Return the command line with the settings and the environment of a first installation."""
    variables = [
        f"PORTAL_DATA_DIR={data_dir}",
        "DJANGO_SETTINGS_MODULE=portal.settings",
        "PORTAL_LANGUAGE=en",
    ]
    own = ["env", "-u", "DATABASE_URL", "-u", "REDIS_URL", *variables]
    return [*own, sys.executable, "manage.py", *arguments]


def connect(data_dir, **options):
    """To the database of a portal, past Django."""
    from portal import embedded

    config = environ.Env.db_url_config(embedded.database_url(data_dir))
    where = {"host": config["HOST"], "port": config["PORT"], "dbname": config["NAME"], "user": config["USER"]}
    return psycopg.connect(**where, autocommit=True, **options)


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, timeout_s=60.0):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "It took too long."
        time.sleep(0.1)


@contextmanager
def fresh_data_dir(name="자료 of mine"):
    """A data directory for real servers.

    Not below pytest's own directory: each session of pytest shuts that one to other accounts, and when the
    tests are run by root, the servers run under another account.
    """
    from portal import embedded, postgres

    folder = Path(tempfile.mkdtemp(prefix="portal-"))
    path = folder / name
    yield path
    postgres.stop(embedded.database_server(path))
    shutil.rmtree(embedded.socket_dir(path), ignore_errors=True)
    shutil.rmtree(folder)
