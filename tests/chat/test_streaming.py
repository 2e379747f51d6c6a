"""Streams over a real web server: their events, who may read them, what they hold, and how they end."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import httpx2
import pytest
import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import connection
from django.test import Client
from django.urls import reverse

from chat import conversations, streaming
from chat.models import Answer, Conversation
from chat.transcript import shown
from tests.llm_server import Script

pytestmark = pytest.mark.django_db

QUESTION = "How many days of annual leave does an employee receive?"


@pytest.fixture(scope="module")
def server():
    """The portal on a free port, in a thread of its own."""
    web = uvicorn.Server(uvicorn.Config(get_asgi_application(), port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=web.run, daemon=True)
    thread.start()
    while not web.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{web.servers[0].sockets[0].getsockname()[1]}"
    web.should_exit = True
    thread.join(10)


@pytest.fixture(autouse=True)
def no_conversations_left():
    yield
    committed(Conversation.objects.all().delete)


def committed(function, *args):
    """Run in a thread, whose connection is not in the test's transaction: the server has to see the result."""

    def run():
        try:
            return function(*args)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def asked(user) -> Answer:
    conversation = committed(conversations.start, user, QUESTION)
    return Answer.objects.get(message__conversation=conversation)


def signed_in(user) -> Client:
    client = Client()
    committed(client.force_login, user)
    return client


def browser(server, user) -> httpx2.Client:
    session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    return httpx2.Client(base_url=server, cookies={settings.SESSION_COOKIE_NAME: session}, timeout=20)


@contextmanager
def stream(server, user, answer):
    address = reverse("chat:answer_stream", args=[answer.pk])
    with browser(server, user) as web, web.stream("GET", address) as response:
        yield response


def events(response) -> list[tuple[str, dict]]:
    """All events of a stream, in order."""
    frames = [frame for frame in "".join(response.iter_text()).split("\n\n") if "event: " in frame]
    return [_event(frame) for frame in frames]


def _event(frame: str) -> tuple[str, dict]:
    lines = dict(line.split(": ", 1) for line in frame.splitlines())
    return lines["event"], json.loads(lines["data"])


def wait_for(condition, seconds=5.0) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def held_connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0]


def test_sources_come_before_the_first_word_and_the_page_at_the_end(server, library):
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as response:
        found = events(response)

    assert response.headers["content-type"] == "text/event-stream"
    assert (response.headers["cache-control"], response.headers["x-accel-buffering"]) == ("no-cache", "no")
    assert [name for name, _data in found] == ["status", "sources", "status", "token", "citations", "done"]
    assert "Leave" in found[1][1]["html"]
    assert "15 days" in found[3][1]["text"]


def test_what_the_stream_ends_with_is_what_the_page_shows(server, library):
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as response:
        _name, ending = events(response)[-1]
    with browser(server, library.bob) as web:
        page = web.get(answer.message.conversation.get_absolute_url()).text

    assert str(shown(Answer.objects.get(), library.bob).html) in ending["answer"]
    assert ending["answer"].strip() in page
    assert ending["announcement"] == "Answer ready, 1 source"


@pytest.mark.parametrize("person", ["alice", "charlie"])
def test_a_stream_is_its_askers_alone(server, library, person):
    answer = asked(library.bob)

    with stream(server, getattr(library, person), answer) as response:
        assert response.status_code == 404
    assert Answer.objects.get().claimed_at is None


def test_a_second_reader_is_told_to_come_again_and_the_model_is_asked_once(server, library, model):
    model.script = Script(pieces=["15 days [1]."], stall_s=1)
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as first:
        assert wait_for(lambda: model.requests)
        with stream(server, library.bob, answer) as second:
            text = "".join(second.iter_text())
        assert [name for name, _data in events(first)][-1] == "done"

    assert "retry: 1000\nevent: status" in text
    assert "done" not in text
    assert len(model.requests) == 1


def test_open_streams_hold_no_database_connection(server, library, model):
    model.script = Script(pieces=["15 days "] * 1000, pause_s=0.1)
    answers = [asked(library.bob) for _number in range(20)]

    with ExitStack() as open_streams:
        texts = [open_streams.enter_context(stream(server, library.bob, answer)).iter_text() for answer in answers]
        assert all("event: status" in next(text) for text in texts)
        assert wait_for(lambda: model.open_replies == 20, 60)

        assert wait_for(lambda: held_connections() == 0)
        assert model.open_replies == 20


def test_a_closed_browser_stops_the_model_and_keeps_what_came(server, library, model):
    model.script = Script(pieces=["15 days [1]. "] + ["more "] * 500, pause_s=0.05)
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as response:
        for text in response.iter_text():
            if "event: token" in text:
                break

    assert wait_for(lambda: model.open_replies == 0, 2)
    assert wait_for(lambda: not Answer.objects.get().is_streaming, 3)
    answer.refresh_from_db()
    assert (answer.state, answer.error_code) == (Answer.State.INTERRUPTED, "cut")
    assert answer.text.startswith("15 days [1].")
    assert answer.citations.count() == 1


def test_stop_ends_the_answer_as_stopped(server, library, model):
    model.script = Script(pieces=["15 days [1]. "] + ["more "] * 500, pause_s=0.05)
    answer = asked(library.bob)
    web = signed_in(library.bob)

    with stream(server, library.bob, answer) as response:
        for text in response.iter_text():
            if "event: token" in text:
                break
        committed(web.post, reverse("chat:answer_stop", args=[answer.pk]))

    assert wait_for(lambda: not Answer.objects.get().is_streaming, 5)
    with stream(server, library.bob, answer) as response:
        [(name, ending)] = events(response)
    assert (name, ending["state"]) == ("done", "stopped")
    assert "You stopped this answer here." in ending["answer"]


def test_a_fault_of_the_model_is_an_event_with_a_code_and_words(server, library, model):
    model.script = Script(status=401, body="{}", content_type="application/json")
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as response:
        name, ending = events(response)[-1]

    assert (name, ending["code"], ending["state"]) == ("error", "key_refused", "failed")
    assert "access key" in ending["text"]


def test_a_silent_stream_is_kept_alive(server, library, model, monkeypatch):
    monkeypatch.setattr(streaming, "HEARTBEAT_S", 0.2)
    model.script = Script(stall_s=1)
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as response:
        text = "".join(response.iter_text())

    assert ": still here\n\n" in text
    assert "event: done" in text
