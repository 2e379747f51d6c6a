"""Streams over a real web server: their events, who may read them, what they hold, and how they end."""

import threading
import time
from contextlib import ExitStack

import pytest
from django.urls import reverse
from django.utils import timezone

from chat import running
from chat.models import ABANDONED_AFTER, Answer, Conversation
from chat.review import queueing
from chat.transcript import shown
from tests.chat.streams import (
    asked,
    browser,
    committed,
    held_connections,
    stream,
    wait_for,
    web_server,
)
from tests.llm_server import Script

pytestmark = pytest.mark.django_db

LONG = Script(pieces=["15 days [1]. "] + ["more "] * 500, pause_s=0.05)


@pytest.fixture(scope="module")
def server():
    with web_server() as address:
        yield address


@pytest.fixture(autouse=True)
def no_conversations_left():
    yield
    assert wait_for(lambda: not running.is_busy(), 10)
    committed(Conversation.objects.all().delete)


def test_sources_come_before_the_first_word_and_the_page_at_the_end(server, library):
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as response:
        found = response.events()

    assert response.headers["content-type"] == "text/event-stream"
    assert (response.headers["cache-control"], response.headers["x-accel-buffering"]) == ("no-cache", "no")
    assert found[0] == ("status", {"text": "Searching the documents…"})
    told = [(name, data) for name, data in found if name != "status"]
    assert [name for name, _data in told] == ["sources", "token", "citations", "done"]
    assert "Leave" in told[0][1]["html"]
    assert "15 days" in told[1][1]["text"]


def test_what_the_stream_ends_with_is_what_the_page_shows(server, library):
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as response:
        _name, ending = response.events()[-1]
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


def test_a_second_window_gets_what_is_there_and_follows_to_the_end(server, library, model):
    model.script = Script(pieces=["15 days [1]. "] + ["more "] * 20, pause_s=0.05)
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as first:
        first.read_to("token")
        with stream(server, library.bob, answer) as second:
            found = second.events()

    words = [data["text"] for name, data in found if name == "token"]
    assert words[0].startswith("15 days [1].")
    assert "".join(words) == "15 days [1]. " + "more " * 20
    assert found[-1][0] == "done"
    assert len(model.requests) == 1


def test_a_page_that_is_loaded_anew_goes_on_with_the_same_writing(server, library, model):
    model.script = Script(pieces=["15 days [1]. "] + ["more "] * 30, pause_s=0.05)
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as first:
        first.read_to("token")
    with stream(server, library.bob, answer) as second:
        found = second.events()

    assert found[-1][1]["state"] == "complete"
    assert len(model.requests) == 1


def test_a_page_that_was_just_asked_for_may_take_its_time(server, library, model, monkeypatch):
    monkeypatch.setattr(running, "GRACE_S", 0.1)
    model.script = LONG
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as first:
        first.read_to("token")
        with browser(server, library.bob) as web:
            web.get(answer.message.conversation.get_absolute_url())

    assert not wait_for(lambda: model.open_replies == 0, 1)


def test_what_another_process_writes_is_shown_as_far_as_it_is_stored(server, library, monkeypatch):
    monkeypatch.setattr(running, "LOOK_S", 0.1)
    answer = asked(library.bob)
    row = Answer.objects.filter(pk=answer.pk)
    committed(lambda: row.update(claimed_at=timezone.now(), text="15 days"))

    with stream(server, library.bob, answer) as response:
        assert "15 days" in response.read_to("token")
        committed(lambda: row.update(state=Answer.State.COMPLETE, text="15 days [1]."))
        [(name, ending)] = [event for event in response.events() if event[0] == "done"]

    assert (name, ending["state"]) == ("done", "complete")


def test_what_is_written_is_stored_meanwhile_and_survives_its_process(server, library, model, monkeypatch):
    monkeypatch.setattr(running, "SAVE_S", 0.1)
    model.script = LONG
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as response:
        response.read_to("token")
        assert wait_for(lambda: "more" in Answer.objects.get().text)
        assert Answer.objects.get().is_streaming
        long_ago = timezone.now() - 2 * ABANDONED_AFTER
        monkeypatch.setattr(running.progress, "keep", lambda texts: set(texts))
        committed(lambda: Answer.objects.filter(pk=answer.pk).update(heard_at=long_ago))
        committed(Answer.objects.end_abandoned)
        answer.refresh_from_db()

    assert (answer.state, answer.error_code) == (Answer.State.INTERRUPTED, "cut")
    assert answer.text.startswith("15 days [1].")


def test_a_stream_beyond_the_limit_waits_for_its_turn(server, library, model, settings):
    settings.MAX_STREAMS = 1
    model.script = LONG
    first, second = asked(library.bob), asked(library.bob)

    with stream(server, library.bob, first) as response:
        response.read_to("token")
        with stream(server, library.bob, second) as crowded:
            text = crowded.read()

    assert text.startswith("retry: 4000\nevent: status\n")
    assert "Too many answers are being written at once." in text
    second.refresh_from_db()
    assert second.is_streaming
    assert second.claimed_at is None


def test_open_streams_hold_no_database_connection_and_no_thread(server, library, model):
    model.script = Script(pieces=["15 days "] * 1000, pause_s=0.1)
    answers = [asked(library.bob) for _number in range(20)]
    before = threading.active_count()

    with ExitStack() as open_streams:
        windows = [open_streams.enter_context(stream(server, library.bob, answer)) for answer in answers]
        assert all(window.read_to("status") for window in windows)
        assert wait_for(lambda: model.open_replies == 20, 60)

        assert wait_for(lambda: held_connections() == 0, 15)
        assert threading.active_count() - before < 20
        assert model.open_replies == 20


def test_a_closed_browser_stops_the_model_and_keeps_what_came(server, library, model):
    model.script = LONG
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as response:
        response.read_to("token")

    assert wait_for(lambda: model.open_replies == 0, 2)
    assert wait_for(lambda: not Answer.objects.get().is_streaming, 3)
    answer.refresh_from_db()
    assert (answer.state, answer.error_code) == (Answer.State.INTERRUPTED, "cut")
    assert answer.text.startswith("15 days [1].")
    assert answer.citations.count() == 1


def test_stop_ends_the_answer_in_all_windows(server, library, model):
    model.script = LONG
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as first, stream(server, library.bob, answer) as second:
        first.read_to("token")
        with browser(server, library.bob) as web:
            token = web.get("/").text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
            web.post(reverse("chat:answer_stop", args=[answer.pk]), data={"csrfmiddlewaretoken": token})
        _name, ending = second.events()[-1]

    assert ending["state"] == "stopped"
    assert "You stopped this answer here." in ending["answer"]
    assert wait_for(lambda: model.open_replies == 0, 2)
    answer.refresh_from_db()
    assert (answer.state, answer.error_code) == (Answer.State.STOPPED, "")
    assert answer.text.startswith("15 days [1].")


def test_a_fault_of_the_model_is_an_event_with_a_code_and_words(server, library, model):
    model.script = Script(status=401, body="{}", content_type="application/json")
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as response:
        name, ending = response.events()[-1]

    assert (name, ending["code"], ending["state"]) == ("error", "key_refused", "failed")
    assert "access key" in ending["text"]


def test_an_answer_that_is_being_ended_is_not_given_up(server, library, model, monkeypatch):
    reassess = queueing.reassess

    def slow(answer_id):
        time.sleep(0.3)
        reassess(answer_id)

    monkeypatch.setattr(running, "SAVE_S", 0.02)
    monkeypatch.setattr(queueing, "reassess", slow)
    model.script = Script(status=401, body="{}", content_type="application/json")

    with stream(server, library.bob, asked(library.bob)) as response:
        name, ending = response.events()[-1]

    assert (name, ending["code"]) == ("error", "key_refused")


def test_a_silent_stream_is_kept_alive(server, library, model, monkeypatch):
    monkeypatch.setattr(running, "HEARTBEAT_S", 0.2)
    model.script = Script(stall_s=1)
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as response:
        text = response.read()

    assert ": still here\n\n" in text
    assert "event: done" in text
