"""Requests whose texts no database takes, and doors that break: programs get an answer, or an error they can read."""

import json
import logging

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from documents.models import Document
from portal.api.answer_events import broken
from portal.api.asking import Question, event_stream
from portal.completions import stream
from portal.completions.requests import Wanted
from portal.completions.views import for_programs
from tests.factories import make_collection, make_user
from tests.portal.programs import bearer, program, said, secret_of

HALF, NUL = "\ud83d", "\0"


@pytest.fixture
def alice(db):
    return make_user("alice")


def test_questions_keep_what_can_be_stored():
    parts = [{"type": "text", "text": f"leave{HALF}"}]
    messages = [{"role": "user", "content": f"How{NUL}many{HALF}"}, {"role": "user", "content": parts}]

    assert Wanted(model="portal", messages=messages).questions == ["How many?", "leave?"]
    assert Question(question=f"How{NUL}many{HALF}").question == "How many?"


def test_a_model_whose_name_cannot_be_written_is_not_found(alice):
    body = json.dumps({"model": HALF + NUL, "messages": [{"role": "user", "content": "x"}]})

    response = program(alice).post("/v1/chat/completions", body, content_type="application/json")

    assert said(response) == (404, "model_not_found")


def test_a_title_is_stored_without_what_cannot_be(alice):
    shelf = make_collection(editors=[alice])
    file = SimpleUploadedFile("rules.txt", b"Annual leave is 15 days.")

    response = program(alice).post(
        f"/api/v1/collections/{shelf.pk}/documents", {"file": file, "title": f"Leave{NUL}rules"}
    )

    assert response.status_code == 201
    assert Document.objects.get().title == "Leave rules"


@pytest.mark.parametrize("address", ["documents?q=a%00b", "search?q=a%00b"])
def test_words_to_look_for_may_hold_anything(alice, address):
    assert program(alice).get(f"/api/v1/{address}").status_code == 200


def test_a_door_that_breaks_says_so_in_the_shape_of_the_protocol(alice, caplog):
    @for_programs("GET")
    def broken(request):
        return HttpResponse(headers={"X-Key": {}["missing"]})

    with caplog.at_level(logging.ERROR):
        response = broken(RequestFactory().get("/v1/models", headers=bearer(secret_of(alice))))

    told = json.loads(response.content)["error"]
    assert (response.status_code, told["type"], told["code"]) == (500, "server_error", "internal")
    assert "KeyError" in caplog.text


@pytest.mark.parametrize(("frame", "ending"), [(broken, "event: error\ndata: "), (stream.broken, "data: ")])
def test_a_stream_that_breaks_ends_in_words(frame, ending, caplog):
    async def pieces():
        yield b"begun "
        raise KeyError("missing")

    async def read(response):
        return b"".join([piece async for piece in response.streaming_content]).decode()

    with caplog.at_level(logging.ERROR):
        text = async_to_sync(read)(event_stream(pieces(), frame))

    assert text.startswith(f"begun {ending}")
    assert json.loads(text.removeprefix(f"begun {ending}"))["error"]["code"] == "internal"
    assert "KeyError" in caplog.text


@pytest.mark.parametrize(
    ("method", "address", "allowed"), [("get", "/v1/chat/completions", "POST"), ("post", "/v1/models", "GET")]
)
def test_a_wrong_method_is_told_in_the_shape_of_the_protocol(method, address, allowed):
    response = getattr(Client(), method)(address)

    assert (*said(response), response["Allow"]) == (405, "wrong_method", allowed)
    assert response.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("name", "field"),
    [("release_new", "model"), ("question_create", "to"), ("draft_list", "set"), ("results", "collection")],
)
@pytest.mark.django_db
def test_a_key_of_thousands_of_digits_is_no_key(client, name, field):
    client.force_login(make_user("ann", staff=True))

    assert client.get(reverse(f"search:{name}"), {field: "9" * 5000}).status_code == 200


@pytest.mark.django_db
def test_a_question_cannot_be_parallel_to_what_cannot_be_a_key(client):
    client.force_login(make_user("ann", staff=True))

    sent = {"text": "How long?", "parallel_to": "9" * 5000}
    assert client.post(reverse("search:question_create"), sent).status_code == 200
