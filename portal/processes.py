"""The processes that a running portal consists of, and how each wants to be ended."""

import signal
import sys
from pathlib import Path

from django.conf import settings

from portal import embedded, postgres
from portal.supervisor import Service

# A whole pasted page may stand in the address of a search, three bytes a letter, each as %xx.
LONGEST_ADDRESS = 1 << 20
WORKER_THREADS = 2
# Threads that each keep freed memory to themselves would make a worker a quarter larger.
MEMORY_SETTING = "MALLOC_ARENA_MAX=2"
# How long a worker that is asked to stop may go on with what it works on. Below the lease of a job: what is cut off
# then is taken up again where it was, so nobody waits long for it. The time of the containers is longer.
WORKER_GRACE_S = 20.0
# Answers that are still streaming get this long to end by themselves.
STREAM_GRACE_S = 3
NAMES = ("worker", "beat", "web")


def database(data_dir: Path) -> Service:
    server = embedded.database_server(data_dir)

    def prepare() -> None:
        with embedded.plain_errors(data_dir):
            postgres.prepare(server)

    return Service(
        name="database",
        argv=server.argv,
        log=data_dir / "log" / "database.log",
        directory=data_dir,
        account=server.account,
        stop_steps=postgres.STOP_STEPS,
        orphan_signal=signal.SIGINT,
        prepare=prepare,
    )


def broker(data_dir: Path) -> Service:
    def prepare() -> None:
        with embedded.plain_errors(data_dir):
            embedded.prepare_redis(data_dir)

    return Service(
        name="redis",
        argv=embedded.redis_argv(data_dir),
        log=data_dir / "log" / "redis.log",
        directory=data_dir,
        account=embedded.database_server(data_dir).account,
        orphan_signal=signal.SIGTERM,
        prepare=prepare,
    )


def of_the_portal(data_dir: Path, host: str, port: int) -> tuple[Service, ...]:
    """Return the processes that run our own code, in the order in which they start."""
    return (
        _python(data_dir, "worker", _celery("worker", _worker_options()), WORKER_GRACE_S),
        _python(data_dir, "beat", _celery("beat", _beat_options(data_dir))),
        _python(data_dir, "web", _web(host, port), STREAM_GRACE_S + 5),
    )


def _python(data_dir: Path, name: str, arguments: tuple[str, ...], grace_s: float = 5.0) -> Service:
    return Service(
        name=name,
        argv=("/usr/bin/env", MEMORY_SETTING, sys.executable, "-m", *arguments),
        log=data_dir / "log" / f"{name}.log",
        directory=settings.BASE_DIR,
        stop_steps=((signal.SIGTERM, grace_s),),
    )


def _celery(command: str, options: tuple[str, ...]) -> tuple[str, ...]:
    """Quiet, since a banner is no line of the log."""
    return ("celery", "--quiet", "-A", "portal", command, f"--loglevel={settings.LOG_LEVEL}", *options)


def _worker_options() -> tuple[str, ...]:
    quiet = ("--without-gossip", "--without-mingle")
    return ("--pool=threads", f"--concurrency={WORKER_THREADS}", "-Q", "upkeep,celery", *quiet)


def _beat_options(data_dir: Path) -> tuple[str, ...]:
    """No file with a process id: after kill -9 it would keep the next one from starting."""
    return ("--schedule", str(embedded.run_dir(data_dir) / "beat-schedule"), "--pidfile=")


def _web(host: str, port: int) -> tuple[str, ...]:
    """Without a log of requests: what people search for stands in the addresses."""
    listen = ("--host", host, "--port", str(port), "--h11-max-incomplete-event-size", str(LONGEST_ADDRESS))
    manner = ("--no-access-log", "--timeout-graceful-shutdown", str(STREAM_GRACE_S))
    return ("uvicorn", "portal.asgi:application", *listen, *manner)
