"""The whole portal on one machine: from an empty data directory to a page in the browser, and down again."""

import errno
import logging
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal import embedded, first_run, postgres, processes
from portal.embedded import EmbeddedError
from portal.supervisor import Adopted, Child, Supervisor, end_leftovers

WEB_START_TIMEOUT_S = 60
BROKER_START_TIMEOUT_S = 30
# How long the sample library's questions wait for its documents, and how often somebody looks.
SAMPLES_READ_S = 1800.0
SAMPLES_PAUSE_S = 5.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    host: str
    port: int
    samples: bool

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def run(options: Options, say: Callable[[str], None]) -> None:
    """Run the portal until somebody asks to stop."""
    data_dir = settings.PORTAL_DATA_DIR
    notes = embedded.run_dir(data_dir) / "children.json"
    with embedded.sole_owner(data_dir, options.address):
        end_leftovers(notes)
        check_port_is_free(options)
        supervisor = Supervisor(_unbreakable(say), notes)
        with supervisor.in_charge():
            _start_and_watch(supervisor, options)
            supervisor.say(_("The portal is stopping…"))
        supervisor.say(_("The portal has stopped."))


def _unbreakable(say: Callable[[str], None]) -> Callable[[str], None]:
    """A terminal that has gone away must not keep the portal from ending its processes."""

    def say_if_possible(line: str) -> None:
        with suppress(OSError):
            say(line)

    return say_if_possible


def check_port_is_free(options: Options) -> None:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError as error:
            raise _unusable_address(options, error) from error


def _unusable_address(options: Options, error: OSError) -> EmbeddedError:
    if error.errno == errno.EADDRINUSE:
        message = gettext_noop("Port %(port)d is taken by another program. Choose another one with --port.")
        return EmbeddedError(message, port=options.port)
    message = gettext_noop("The portal cannot listen on %(host)s, port %(port)d: %(error)s.")
    return EmbeddedError(message, host=options.host, port=options.port, error=error.strerror or error)


def _start_and_watch(supervisor: Supervisor, options: Options) -> None:
    data_dir = settings.PORTAL_DATA_DIR
    supervisor.say(_("The portal is starting…"))
    if settings.EMBEDDED_DATABASE:
        start_database(supervisor, data_dir)
    if supervisor.stop_requests:
        return
    first_run.migrate(data_dir)
    call_command("collectstatic", interactive=False, verbosity=0)
    if settings.EMBEDDED_BROKER:
        start_broker(supervisor, data_dir)
    for service in processes.of_the_portal(data_dir, options.host, options.port):
        supervisor.start(service)
    deadline = time.monotonic() + WEB_START_TIMEOUT_S
    if not supervisor.watch(lambda: _answers(options) or time.monotonic() > deadline):
        return
    supervisor.say(_announcement(options, first_run.ensure_first_admin()))
    connections.close_all()
    if options.samples:
        threading.Thread(target=_install_samples, args=[supervisor.say], daemon=True).start()
    supervisor.watch(lambda: False)


def start_database(supervisor: Supervisor, data_dir: Path) -> None:
    """Start the embedded database, or keep the one that commands use. Raises EmbeddedError."""
    server = embedded.database_server(data_dir)
    adopted = embedded.adopted_database(data_dir)
    child = supervisor.start(processes.database(data_dir), None if adopted is None else Adopted(adopted))
    if not _comes_up(supervisor, child, lambda: postgres.is_ready(server), postgres.START_TIMEOUT_S):
        with embedded.plain_errors(data_dir):
            raise postgres.PostgresError(postgres.last_words(server))


def start_broker(supervisor: Supervisor, data_dir: Path) -> None:
    """Start the embedded Redis. Raises EmbeddedError."""
    child = supervisor.start(processes.broker(data_dir))
    if not _comes_up(supervisor, child, _broker_answers, BROKER_START_TIMEOUT_S):
        message = gettext_noop("The embedded Redis does not run. Its log is %(log)s.")
        raise EmbeddedError(message, log=child.service.log)


def _comes_up(supervisor: Supervisor, child: Child, is_up: Callable[[], bool], timeout_s: float) -> bool:
    """Wait until a service answers; give up when it dies, and do not care any more when asked to stop."""
    deadline = time.monotonic() + timeout_s
    while not is_up() and not supervisor.stop_requests:
        if child.process.poll() is not None or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _broker_answers() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _answers(options: Options) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(options.host, options.host)  # noqa: S104 - compared only
    try:
        with socket.create_connection((host, options.port), timeout=1):
            return True
    except OSError:
        return False


def _announcement(options: Options, password: str | None) -> str:
    lines = [_("The portal runs: %(address)s") % {"address": options.address}]
    if password is not None:
        lines.append(first_run.announcement(password))
    lines.append(_("Its data is in %(data_dir)s. Ctrl-C stops it.") % {"data_dir": settings.PORTAL_DATA_DIR})
    return "\n".join(["", *lines, ""])


def _install_samples(say: Callable[[str], None]) -> None:
    """Runs beside the supervision, which must not wait for it; whatever goes wrong, the portal goes on."""
    from portal import sample_library

    try:
        sample_library.install()
        deadline = time.monotonic() + SAMPLES_READ_S
        while not sample_library.add_questions() and time.monotonic() < deadline:
            connections.close_all()
            time.sleep(SAMPLES_PAUSE_S)
    except Exception:
        logger.exception("The sample library was not installed")
        say(_("The sample library was not installed; the reason is above. The portal runs without it."))
    finally:
        connections.close_all()
