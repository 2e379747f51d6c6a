"""Faults while an answer is written: whatever the model, the network, the reader or one leg of the search does."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import async_to_sync
from django.urls import reverse
from django.utils import translation

from chat import answers, conversations, llm, running
from chat.failures import FailureCode, explain
from chat.models import Answer, Conversation
from documents.failure_codes import FailureCode as IndexingCode
from documents.failure_codes import IndexingFailure
from search import lexical, retrieval
from tests.chat.conftest import library, model, one_server  # noqa: F401 - fixtures
from tests.chat.streams import QUESTION, asked, browser, committed, held_connections, stream, wait_for, web_server
from tests.llm_server import Script

pytestmark = pytest.mark.django_db

WORDS = "Every employee receives 15 days [1]. "
HTML = "<html><title>Sign in</title></html>"
READ_S = 1.0
LONG = Script(pieces=[WORDS, *["more "] * 2000], pause_s=0.02)


def refusal(status: int, body: str = "{}", **headers: str) -> Script:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Script(status=status, body=body, content_type="application/json", headers=named)


def broken(raw: str) -> Script:
    return Script(pieces=[WORDS], raw=raw)


# What the server does, the code that it leads to, and whether the words before it are kept.
MODEL_FAULTS = {
    "cut": (Script(pieces=[WORDS], cut=True), FailureCode.CUT, True),
    "clean early end": (Script(pieces=[WORDS], finish=None, done=False), FailureCode.CUT, True),
    "no reason for its end": (Script(pieces=[WORDS], finish=None), FailureCode.CUT, True),
    "web page": (Script(body=HTML, content_type="text/html"), FailureCode.NOT_A_MODEL, False),
    "web page called a stream": (Script(body=HTML), FailureCode.NOT_A_MODEL, False),
    "led to a page to sign in": (refusal(302, location="/login"), FailureCode.NOT_A_MODEL, False),
    "bad JSON": (broken("data: {broken\n\n"), FailureCode.BROKEN_REPLY, True),
    "another encoding": (broken('data: {"choices":[{"delta":"\udce9"}]}\n\n'), FailureCode.BROKEN_REPLY, True),
    "error in the middle": (broken('data: {"error": {"message": "out of memory"}}\n\n'), FailureCode.MODEL_FAULT, True),
    "limit in the middle": (broken('data: {"error": {"code": "rate_limit_exceeded"}}\n\n'), FailureCode.BUSY, True),
    "stall": (Script(pieces=[WORDS], stall_s=30), FailureCode.SLOW, True),
    "busy": (refusal(429), FailureCode.BUSY, False),
    "busy for long": (refusal(429, retry_after="600"), FailureCode.BUSY, False),
    "busy for a moment": (refusal(429, retry_after="0"), FailureCode.BUSY, False),
    "no credit": (refusal(429, '{"error": {"code": "insufficient_quota"}}'), FailureCode.NO_CREDIT, False),
    "fault": (refusal(500), FailureCode.MODEL_FAULT, False),
    "gateway": (Script(status=502, body=HTML, content_type="text/html"), FailureCode.MODEL_FAULT, False),
    "too long": (refusal(400, '{"error": {"code": "context_length_exceeded"}}'), FailureCode.TOO_LONG, False),
    "length": (Script(pieces=[WORDS], finish="length"), FailureCode.TRUNCATED, True),
    "filter": (Script(pieces=[WORDS], finish="content_filter"), FailureCode.FILTERED, True),
    "tool": (Script(pieces=[WORDS], finish="tool_calls"), FailureCode.CUT, True),
    "unknown reason": (Script(pieces=[WORDS], finish="abort"), FailureCode.CUT, True),
    "empty": (Script(pieces=[]), FailureCode.EMPTY, False),
    "only thoughts": (Script(pieces=[], raw='data: {"choices":[{"delta":{"reasoning_content":"hm"}}]}\n\n'),
                      FailureCode.EMPTY, False),
}  # fmt: skip


@pytest.fixture(scope="module")
def server():
    llm.prepare()
    with web_server() as address:
        yield address


@pytest.fixture(autouse=True)
def impatient(settings):
    settings.LLM_TIMEOUT_S = READ_S
    yield
    assert wait_for(lambda: not running.is_busy(), 10)
    committed(Conversation.objects.all().delete)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("fault", MODEL_FAULTS)
def test_each_fault_of_the_model_ends_in_words_soon_and_keeps_what_came(server, library, model, fault, language):  # noqa: F811
    model.script, code, keeps = MODEL_FAULTS[fault]
    answer = asked(library.bob)

    began = time.monotonic()
    with stream(server, library.bob, answer, language) as window:
        name, ending = window.events()[-1]

    assert time.monotonic() - began < READ_S + 2
    answer.refresh_from_db()
    with translation.override(language):
        assert ending["text"] == explain(code, answer.retry_at).what
        assert explain(code, answer.retry_at).next_step in ending["answer"].replace("&#x27;", "'")
    assert (name, answer.error_code) == ("error", code)
    assert ("15 days" in answer.text, answer.grounded) == (keeps, keeps)
    with browser(server, library.bob) as web:
        page = web.get(answer.message.conversation.get_absolute_url()).text
    assert reverse("chat:answer_again", args=[answer.pk]) in page


@pytest.mark.slow
def test_two_hundred_closed_browsers_leave_nothing_behind(server, library, model):  # noqa: F811
    model.script = LONG

    def leave(answer):
        with stream(server, library.bob, answer) as window:
            for _time in range(3):
                window.next_event("token")
        return time.monotonic()

    threads = threading.active_count()
    left = []
    for _round in range(20):
        with ThreadPoolExecutor(10) as browsers:
            left += browsers.map(leave, [asked(library.bob) for _number in range(10)])
        assert wait_for(lambda: model.open_replies == 0, 2 + running.GRACE_S)
    assert len(left) == 200
    assert wait_for(lambda: not running.is_busy(), 10)
    assert wait_for(lambda: held_connections() == 0, 5)
    assert threading.active_count() - threads < 20
    stored = Answer.objects.values_list("state", "error_code", "text")
    assert len(stored) == 200
    assert {(state, code) for state, code, _text in stored} == {(Answer.State.INTERRUPTED, "cut")}
    assert all(text.startswith("Every employee receives 15 days [1].") for _state, _code, text in stored)


@pytest.mark.slow
def test_a_stop_at_the_last_word_leaves_one_final_state(server, library, model):  # noqa: F811
    model.script = Script(pieces=[WORDS, "Done."], pause_s=0.05)
    seen = []
    for number in range(100):
        answer = asked(library.bob)
        with stream(server, library.bob, answer) as window, browser(server, library.bob) as web:
            token = web.get("/").text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
            window.next_event("token")
            time.sleep(number / 1000)
            web.post(reverse("chat:answer_stop", args=[answer.pk]), data={"csrfmiddlewaretoken": token})
            name, ending = window.events()[-1]
        answer.refresh_from_db()
        seen.append(answer.state)
        assert (name, ending["state"]) == ("done", answer.state)
        assert answer.finished_at
        assert answer.citations.count() == 1

    assert set(seen) == {Answer.State.STOPPED, Answer.State.COMPLETE}


def asked_here(user):
    """In the transaction of the test, as everything that happens in its own thread."""
    return Answer.objects.get(message__conversation=conversations.start(user, QUESTION))


def written(answer, reader):
    async def collect():
        return [event async for event in answers.write(answer.pk, reader)]

    async_to_sync(collect)()
    answer.refresh_from_db()


def fails(*_arguments, **_values):
    raise IndexingFailure(IndexingCode.MODEL_MISSING)


@pytest.mark.parametrize(("module", "name", "missing"), [
    (lexical, "candidates", "lexical"),
    (retrieval, "_vector", "semantic"),
])  # fmt: skip
def test_the_other_leg_answers_and_the_answer_says_so(library, model, monkeypatch, module, name, missing):  # noqa: F811
    monkeypatch.setattr(module, name, fails)
    answer = asked_here(library.bob)

    written(answer, library.bob)

    assert (answer.state, answer.degraded) == (Answer.State.COMPLETE, missing)
    assert answer.passages
    assert answer.grounded


def test_without_any_leg_nothing_is_written_and_the_model_is_not_asked(library, model, monkeypatch):  # noqa: F811
    monkeypatch.setattr(lexical, "candidates", fails)
    monkeypatch.setattr(retrieval, "_vector", fails)
    answer = asked_here(library.bob)

    written(answer, library.bob)

    assert (answer.state, answer.error_code) == (Answer.State.FAILED, FailureCode.SEARCH_FAILED)
    assert (answer.text, answer.passages, model.requests) == ("", [], [])


def test_all_tasks_of_a_reader_that_has_gone_end(library, model, monkeypatch):  # noqa: F811
    monkeypatch.setattr(running, "GRACE_S", 0.05)
    model.script = LONG
    answer = asked_here(library.bob)

    async def leave():
        events = running.follow(answer, library.bob)
        async for event in events:
            if getattr(event, "text", ""):
                break
        await events.aclose()
        deadline = time.monotonic() + 2
        while running.is_busy() and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0)
        return [task for task in asyncio.all_tasks() if "_Writing" in repr(task)]

    left = async_to_sync(leave)()

    assert (left, model.open_replies) == ([], 0)
