"""Many answers streamed at once by one web process, from a language model that talks steadily: what waits, what breaks.

People ask first; then they open their streams, so many a second, and read until the end. While all are open, other
pages are asked for, and the database is looked at.
"""

import asyncio
import secrets
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path

import psutil
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection

from chat import running
from chat.models import Answer, Conversation
from documents.models import Document
from portal import connection_pool, processes, sample_library, stream_reading
from portal.models import User
from portal.stream_reading import Asked, Readings
from portal.supervisor import Child, Service, Supervisor
from search.metrics import percentile

TOKENS_PER_S = 50
# Streams are opened evenly, over so many seconds and so much longer for each, up to a limit: more people at once than
# companies have.
OPENING_S = 15
OPENING_EACH_S = 0.2
LONGEST_OPENING_S = 115
# What came late while others were being opened is caught up before pages are asked for.
SETTLING_S = 20
# All are open for so long, while pages are asked for; and so much longer a reply lasts, for those that begin late. In
# all it stays below the time that an answer may take.
OPEN_S = 15
SPARE_S = 20
PEOPLE = 50
LOOKS = 6
WARM_UP = 8
PAGES = ("/", "/search?q=annual+leave", "/documents/")
MEGABYTE = 1 << 20
START_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Report:
    """`held_connections` are those of the web process that stayed open and unused while the database was looked at."""

    streams: int
    errors: int
    held_connections: int
    first_event_p50_ms: float
    first_event_p95_ms: float
    first_token_p50_ms: float
    first_token_p95_ms: float
    open_at_once: int
    tokens_per_s: float
    pages_p50_ms: float
    pages_p95_ms: float
    web_mb: int
    web_threads: int
    web_cores: float


def run(supervisor: Supervisor, streams: int, say: Callable[[str], None]) -> Report:
    """Measure in the data directory of a trial, whose services run."""
    _fill(say)
    address, web = _start_web(supervisor, streams, _opening_s(streams) + SETTLING_S + OPEN_S + SPARE_S)
    sessions = [_session(number) for number in range(min(PEOPLE, streams))]
    questions = [question.text for question in sample_library.questions() if question.document]
    asyncio.run(_warm_up(address, [(sessions[0], question) for question in questions[:WARM_UP]]))
    people = list(islice(zip(cycle(sessions), cycle(questions), strict=False), streams))
    asked = asyncio.run(stream_reading.ask_all(address, people))
    say(f"asked {len(asked)} questions")
    connection.close()
    return asyncio.run(_measured(_Trial(address, web, asked, sessions[0], say)))


async def _warm_up(address: str, people: Sequence[tuple[str, str]]) -> None:
    """Have the models loaded; nobody reads these answers to their end."""
    asked = await stream_reading.ask_all(address, people)
    readings = Readings()
    reading = [asyncio.create_task(readings.read(address, one, 0)) for one in asked]
    while readings.begun + readings.errors < len(asked):
        await asyncio.sleep(0.1)
    for task in reading:
        task.cancel()
    await asyncio.sleep(running.GRACE_S + 1)
    await asyncio.to_thread(_forget)


def _forget() -> None:
    Conversation.objects.all().delete()
    connection.close()


@dataclass(frozen=True, slots=True)
class _Trial:
    address: str
    web: psutil.Process
    asked: Sequence[Asked]
    session: str
    say: Callable[[str], None]


async def _measured(trial: _Trial) -> Report:
    readings = Readings()
    opened = [
        asyncio.create_task(
            readings.read(trial.address, asked, number * _opening_s(len(trial.asked)) / len(trial.asked))
        )
        for number, asked in enumerate(trial.asked)
    ]
    await _all_talk(readings, len(opened))
    trial.say(f"{readings.talking} streams are open")
    await asyncio.sleep(SETTLING_S)
    open_at_once, written = readings.talking, readings.tokens
    began, computed = time.monotonic(), sum(trial.web.cpu_times()[:2])
    looking = asyncio.create_task(asyncio.to_thread(_held_connections))
    pages = await _pages(trial)
    lasted = time.monotonic() - began
    rate = (readings.tokens - written) / lasted / max(open_at_once, 1)
    cores = (sum(trial.web.cpu_times()[:2]) - computed) / lasted
    memory, threads = trial.web.memory_info().rss // MEGABYTE, trial.web.num_threads()
    held = await looking
    await asyncio.gather(*opened)
    trial.say("all streams have ended")
    broken = readings.errors + await asyncio.to_thread(_unfinished)
    return Report(
        streams=len(opened),
        errors=min(broken, len(opened)),
        held_connections=held,
        first_event_p50_ms=_ms(readings.first_events, 0.5),
        first_event_p95_ms=_ms(readings.first_events, 0.95),
        first_token_p50_ms=_ms(readings.first_tokens, 0.5),
        first_token_p95_ms=_ms(readings.first_tokens, 0.95),
        open_at_once=open_at_once,
        tokens_per_s=round(rate, 1),
        pages_p50_ms=_ms(pages, 0.5),
        pages_p95_ms=_ms(pages, 0.95),
        web_mb=memory,
        web_threads=threads,
        web_cores=round(cores, 2),
    )


async def _pages(trial: _Trial) -> list[float]:
    """What pages take a browser of its own: beside 500 streams it would time how long these keep it from looking."""
    asked = (trial.address, trial.session, PAGES, OPEN_S)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as browser:
        return await asyncio.get_running_loop().run_in_executor(browser, stream_reading.time_pages, *asked)


def _opening_s(streams: int) -> float:
    return min(OPENING_S + OPENING_EACH_S * streams, LONGEST_OPENING_S)


async def _all_talk(readings: Readings, streams: int) -> None:
    """Wait until every stream has brought a word, or broken, or until those who came first have almost ended."""
    deadline = time.monotonic() + _opening_s(streams) + SPARE_S
    while readings.begun + readings.errors < streams and time.monotonic() < deadline:
        await asyncio.sleep(0.1)


def _fill(say: Callable[[str], None]) -> None:
    sample_library.install()
    while Document.objects.in_progress().exists():
        time.sleep(0.5)
    say(f"{Document.objects.filter(state=Document.State.READY).count()} documents are ready")


def _start_web(supervisor: Supervisor, streams: int, reply_s: float) -> tuple[str, psutil.Process]:
    call_command("collectstatic", interactive=False, verbosity=0)
    data_dir = settings.PORTAL_DATA_DIR
    model_port, port = stream_reading.free_port(), stream_reading.free_port()
    variables = {
        "LLM_BASE_URL": f"http://127.0.0.1:{model_port}/v1",
        "LLM_MODEL": "talking",
        "LLM_MAX_TOKENS": str(round(TOKENS_PER_S * reply_s)),
        "LLM_CONTEXT_TOKENS": str(8192 + round(TOKENS_PER_S * reply_s)),
        "MAX_STREAMS": str(streams + 10),
        "LOG_LEVEL": "WARNING",
    }
    supervisor.start(_model(data_dir, model_port, reply_s))
    services = processes.of_the_portal(data_dir, "127.0.0.1", port)
    web = next(service for service in services if service.name == "web")
    child = supervisor.start(replace(web, argv=_with(variables, web.argv)))
    _wait_for(port, child)
    return f"http://127.0.0.1:{port}", psutil.Process(child.process.pid)


def _with(variables: Mapping[str, str], argv: tuple[str, ...]) -> tuple[str, ...]:
    """The command line begins with the program that sets variables."""
    return (argv[0], *(f"{name}={value}" for name, value in variables.items()), *argv[1:])


def _model(data_dir: Path, port: int, reply_s: float) -> Service:
    program = Path(__file__).with_name("talking_model.py")
    return Service(
        name="model",
        argv=(sys.executable, str(program), str(port), str(TOKENS_PER_S), str(reply_s)),
        log=data_dir / "log" / "model.log",
        directory=data_dir,
    )


def _wait_for(port: int, child: Child) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not stream_reading.answers(port):
        if child.process.poll() is not None or time.monotonic() > deadline:
            raise stream_reading.ReadingError(f"the web process does not start; its log is {child.service.log}")
        time.sleep(0.1)


def _session(number: int) -> str:
    """Sign somebody in who may read the library; return the key of the session."""
    person = User.objects.create_user(f"reader{number}", password=secrets.token_urlsafe(), language="en")
    person.groups.add(Group.objects.get(name=sample_library.EMPLOYEES))
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _held_connections() -> int:
    """Connections of the web process that nothing was asked of between the first look and the last.

    Those that pages and answers hand on are asked something, or closed.
    """
    looks = []
    for _look in range(LOOKS):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid, state_change FROM pg_stat_activity WHERE application_name = %s AND state <> 'active'",
                [connection_pool.NAME],
            )
            looks.append(set(cursor.fetchall()))
        time.sleep(1)
    connection.close()
    return len(set.intersection(*looks))


def _unfinished() -> int:
    """Answers that did not come to their end as they should, as they are stored."""
    try:
        return Answer.objects.exclude(state=Answer.State.COMPLETE).count()
    finally:
        connection.close()


def _ms(seconds: Sequence[float], share: float) -> float:
    return round(1000 * percentile(seconds, share), 1)
