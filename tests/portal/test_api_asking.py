"""Questions of programs over a real web server: whole answers, streams, and conversations that go on."""

import json
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from chat import running
from chat.models import Answer, Conversation
from portal.models import AuditEvent
from tests.chat.streams import QUESTION, committed, held_connections, wait_for, web_server
from tests.llm_server import Script
from tests.portal.programs import bearer, secret_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server():
    with web_server() as address:
        yield address


@pytest.fixture(autouse=True)
def no_conversations_left():
    yield
    assert wait_for(lambda: not running.is_busy(), 10)
    committed(Conversation.objects.all().delete)


def _asked(server, person, question=QUESTION, **wanted):
    headers = bearer(committed(secret_of, person, "ask"))
    return httpx2.post(f"{server}/api/v1/ask", json={"question": question, **wanted}, headers=headers, timeout=20)


def _events(response):
    frames = [frame for frame in response.text.split("\n\n") if "event: " in frame]
    lines = [dict(line.split(": ", 1) for line in frame.splitlines()) for frame in frames]
    return [(line["event"], json.loads(line["data"])) for line in lines]


def test_a_whole_answer_has_its_citations(server, library):
    told = _asked(server, library.bob).json()

    assert (told["state"], told["is_refusal"], told["model"]) == ("complete", False, "")
    cited = told["citations"][0]
    assert (cited["number"], cited["document_id"], cited["finding"]) == (1, library.leave.pk, "supported")
    assert "15 days of annual leave" in cited["quote"]
    assert told["text"][cited["mark_start"] : cited["mark_end"]] == "[1]"
    assert told["sources"][0]["document_id"] in (library.leave.pk, library.vpn.pk)
    row = AuditEvent.objects.filter(event="document.quote_read", details__answer=told["id"]).first()
    assert (row.name, row.details["through"]) == ("bob", "API")


def test_a_stream_ends_with_the_same_answer(server, library):
    whole = _asked(server, library.bob).json()
    response = _asked(server, library.bob, stream=True)
    events = _events(response)

    assert response.headers["content-type"] == "text/event-stream"
    names = [name for name, _data in events if name != "status"]
    assert names == ["started", "sources", "token", "citations", "done"]
    told = dict(events)
    assert told["sources"]["sources"][0]["title"] in ("Leave", "Network")
    assert told["done"]["answer"]["text"] == whole["text"]
    assert told["started"]["answer"] == told["done"]["answer"]["id"]
    # No markup in what programs get.
    assert "<" not in response.text


def test_a_conversation_goes_on(server, library):
    first = _asked(server, library.bob).json()
    second = _asked(server, library.bob, "And unused days?", conversation=first["conversation_id"]).json()

    assert second["conversation_id"] == first["conversation_id"]
    assert "31 December" in second["text"]
    assert Conversation.objects.get().origin == "api"


def test_a_question_can_be_asked_of_one_document(server, library):
    told = _asked(server, library.bob, "How long does it last?", documents=[library.vpn.pk]).json()

    assert {source["document_id"] for source in told["sources"]} == {library.vpn.pk}


def test_who_may_read_nothing_is_told_nothing(server, library):
    told = _asked(server, library.charlie).json()

    assert (told["is_refusal"], told["citations"], told["sources"]) == (True, [], [])


@pytest.mark.parametrize("streams", [False, True])
def test_a_language_model_that_is_away_is_told_in_words(server, library, model, streams):
    model.script = Script(status=500, body="{}")

    response = _asked(server, library.bob, stream=streams)

    told = dict(_events(response))["error"] if streams else response.json()
    assert response.status_code == (200 if streams else 503)
    assert told["error"]["code"] == "model_fault"
    assert told["error"]["next_step"]


def test_what_came_before_a_model_broke_off_is_an_answer(server, library, model):
    model.script = Script(pieces=["Fifteen days [1]. ", "And "], cut=True)

    told = _asked(server, library.bob).json()

    assert told["state"] == "interrupted"
    assert told["text"].startswith("Fifteen days [1].")
    assert told["failure"]["code"]


@pytest.mark.parametrize("streams", [False, True])
def test_a_conversation_that_is_deleted_meanwhile_is_told_in_words(server, library, model, streams):
    model.script = Script(pieces=["15 days [1]. "] + ["more "] * 500, pause_s=0.05)

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(_asked, server, library.bob, stream=streams)
        assert wait_for(Answer.objects.filter(passages__0__isnull=False).exists)
        committed(Conversation.objects.all().delete)
        response = asking.result()

    if streams:
        name, told = _events(response)[-1]
        assert (response.status_code, name) == (200, "error")
    else:
        told = response.json()
        assert response.status_code == 404
    assert told["error"]["code"] == "not_found"


def test_a_program_that_leaves_ends_its_stream(server, library, model):
    model.script = Script(pieces=["15 days [1]. "] + ["more "] * 500, pause_s=0.05)
    headers = bearer(committed(secret_of, library.bob, "ask"))
    body = {"question": QUESTION, "stream": True}
    with httpx2.stream("POST", f"{server}/api/v1/ask", json=body, headers=headers, timeout=20) as response:
        next(part for part in response.iter_text() if "event: token" in part)

    assert wait_for(lambda: not running.is_busy(), 10)
    assert Answer.objects.get().state == Answer.State.INTERRUPTED
    assert wait_for(lambda: held_connections() == 0)
