"""Every operation of the REST API, asked for by everybody of the cast, with tokens that may do it and tokens that may
not; and nothing of a closed collection in anything that comes back."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from documents.models import Collection
from portal.api.description import described
from tests.closed_shelf import QUERIES, WORDS, make_closed_worlds
from tests.portal.programs import EVERYTHING, program, said
from tests.world import CAST, make_world

pytestmark = pytest.mark.django_db

EVERYBODY = (200, 200, 200, 200)
READERS = (404, 200, 200, 200)
STAFF = (403, 403, 403, 200)
# The statuses for charlie, bob, alice and staff whose tokens may do everything.
EXPECTED = {
    "read_me": EVERYBODY,
    "list_collections": EVERYBODY,
    "read_collection": READERS,
    "list_documents": EVERYBODY,
    "read_document": READERS,
    "read_document_state": READERS,
    "read_pages": READERS,
    "read_passage": READERS,
    "upload_document": (404, 403, 201, 201),
    "replace_document": (404, 403, 201, 201),
    "delete_document": (404, 403, 204, 204),
    "search": EVERYBODY,
    # No question: whoever may ask is told that it is missing.
    "ask": (422, 422, 422, 422),
    "list_conversations": EVERYBODY,
    "read_conversation": (404, 404, 200, 404),
    "delete_conversation": (404, 404, 204, 404),
    "list_question_sets": STAFF,
    "list_runs": STAFF,
    # Nothing to measure was named.
    "start_run": (403, 403, 403, 422),
    "read_run": STAFF,
}
QUERY = {"search": {"q": "leave", "mode": "lexical"}, "read_passage": {"start": 0, "end": 6}}
FILES = ("upload_document", "replace_document")


def _operations() -> dict[str, tuple[str, str, str]]:
    """Operation -> method, path and scope, as the portal describes itself."""
    return {
        facts["operationId"]: (method, path, facts["x-scope"])
        for path, methods in described()["paths"].items()
        for method, facts in methods.items()
    }


OPERATIONS = _operations()


def test_every_operation_has_a_row():
    assert OPERATIONS.keys() == EXPECTED.keys()


@pytest.fixture
def world():
    return make_world()


def _asked(client, name, world, **query):
    method, path, _scope = OPERATIONS[name]
    ids = {
        "collection_id": world.collection.pk,
        "document_id": world.document.pk,
        "conversation_id": world.conversation.pk,
        "run_id": world.run.pk,
    }
    address = re.sub(r"{(\w+)}", lambda found: str(ids[found[1]]), path)
    if name in FILES:
        return client.post(address, {"file": SimpleUploadedFile("new.txt", b"Annual leave is 16 days.")})
    if method == "post":
        return client.post(address, {}, content_type="application/json")
    return getattr(client, method)(address, {**QUERY.get(name, {}), **query} if method == "get" else None)


def _statuses(world, name):
    return tuple(_asked(program(world.people[person]), name, world).status_code for person in CAST[1:])


def test_what_the_cast_may_read_with_a_token_that_may_do_everything(world):
    readings = [name for name, (method, _path, _scope) in OPERATIONS.items() if method == "get"]

    assert {name: _statuses(world, name) for name in readings} == {name: EXPECTED[name] for name in readings}


@pytest.mark.parametrize("name", [name for name, (method, _path, _scope) in OPERATIONS.items() if method != "get"])
def test_what_the_cast_may_change_with_a_token_that_may_do_everything(world, name):
    # What alice has deleted is gone for staff, and what she has uploaded is there already.
    later = {"delete_document": 404, "upload_document": 409, "replace_document": 409}

    assert _statuses(world, name) == (*EXPECTED[name][:3], later.get(name, EXPECTED[name][3]))


def test_a_token_without_the_scope_does_nothing_whoever_it_speaks_for(world):
    for name, (_method, _path, wanted) in OPERATIONS.items():
        others = [scope for scope in EVERYTHING if scope != wanted]
        response = _asked(program(world.people["staff"], *others), name, world)

        assert not wanted or said(response) == (403, "scope_missing"), name
        assert not wanted or 'error="insufficient_scope"' in response["WWW-Authenticate"]


def test_without_a_token_nothing_is_told(world):
    told = {name: said(_asked(Client(), name, world)) for name in EXPECTED}

    assert told == dict.fromkeys(EXPECTED, (401, "no_token"))


def test_a_right_that_is_taken_is_gone_at_the_next_request(world):
    web = program(world.people["bob"])
    names = [name for name, row in EXPECTED.items() if row == READERS]
    assert {_asked(web, name, world).status_code for name in names} == {200}

    world.collection.readers.clear()

    assert {said(_asked(web, name, world)) for name in names} == {(404, "not_found")}


def test_what_is_hidden_and_what_does_not_exist_are_answered_alike(world):
    secret = Collection.objects.create(name="Secret")
    web = program(world.people["bob"])

    for address in ("/api/v1/collections/{}", "/api/v1/search?q=x&collection={}", "/api/v1/documents?collection={}"):
        hidden, missing = web.get(address.format(secret.pk)), web.get(address.format(10**9))
        assert (hidden.status_code, hidden.content) == (404, missing.content)


@pytest.mark.slow
def test_nothing_of_a_closed_collection_comes_back(world, settings):
    settings.API_REQUESTS_PER_MINUTE = 10_000
    worlds = [world, *make_closed_worlds(world).values()]

    for person in CAST[1:-1]:
        told = _everything_told(program(world.people[person]), worlds)
        assert [word for word in WORDS if word.casefold() in told] == [], person


def _everything_told(web, worlds) -> str:
    answers = [_asked(web, name, one) for one in worlds for name in EXPECTED if OPERATIONS[name][0] == "get"]
    answers += [web.get("/api/v1/search", {"q": query, "mode": "lexical"}) for query in QUERIES]
    answers += [web.get("/api/v1/documents", {"q": word}) for word in WORDS]
    answers += [web.get("/v1/models"), web.get(f"/v1/models/portal/{worlds[1].collection.pk}")]
    assert len(answers) > 50
    return "\n".join(json.dumps(answer.json(), ensure_ascii=False) for answer in answers).casefold()


def test_asking_what_may_not_be_seen_is_refused_before_anything_is_stored(world):
    secret = Collection.objects.create(name="Secret")
    web = program(world.people["bob"])

    for body in ({"collections": [secret.pk]}, {"documents": [10**12]}, {"conversation": world.conversation.pk}):
        response = web.post("/api/v1/ask", {"question": "Why?"} | body, content_type="application/json")
        assert said(response) == (404, "not_found")
