"""The door for assistants, asked by the client of the protocol's SDK over a real web server."""

import asyncio
import json

import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from prometheus_client import REGISTRY

from portal.assistants.door import Assistants
from portal.handler import Handler
from portal.models import AuditEvent
from tests.chat.streams import QUESTION, committed, held_connections, wait_for, web_server
from tests.portal.programs import bearer, secret_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server():
    with web_server(Assistants(Handler())) as address:
        yield address


def _with_assistant(server, person, work, *scopes, mode="auto"):
    """What the work returns that is done with a client of this person."""
    secret = committed(secret_of, person, *(scopes or ["read"]))

    async def talk():
        async with httpx2.AsyncClient(headers=bearer(secret)) as http:
            transport = streamable_http_client(f"{server}/mcp", http_client=http)
            async with Client(transport, mode=mode) as client:
                return await work(client)

    return asyncio.run(talk())


def _called(server, person, tool, **arguments):
    return _with_assistant(server, person, lambda client: client.call_tool(tool, arguments))


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_tools_describe_themselves(server, library, mode):
    tools = _with_assistant(server, library.bob, lambda client: client.list_tools(), mode=mode).tools

    assert [tool.name for tool in tools] == ["search", "read_passage"]
    assert all(tool.description and tool.output_schema and tool.annotations.read_only_hint for tool in tools)
    assert tools[0].input_schema["required"] == ["query"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_search_finds_passages_with_links(server, library, mode):
    found = _with_assistant(
        server, library.bob, lambda client: client.call_tool("search", {"query": QUESTION, "k": 1}), mode=mode
    )

    passage = found.structured_content["passages"][0]
    assert (passage["document"], passage["title"]) == (library.leave.pk, "Leave")
    assert "15 days of annual leave" in passage["text"]
    assert passage["url"].startswith(f"{server}/documents/{library.leave.pk}?start=")
    assert json.loads(found.content[0].text) == found.structured_content


def test_a_passage_is_read_by_place_and_by_page_and_recorded(server, library):
    by_place = _called(server, library.bob, "read_passage", document=library.leave.pk, start=0, end=12)
    by_page = _called(server, library.bob, "read_passage", document=library.leave.pk, page=1)

    assert by_place.structured_content["text"] == "Annual leave"
    assert "31 December" in by_page.structured_content["text"]
    told = AuditEvent.objects.filter(event="document.quote_read").order_by("pk").first()
    assert (told.name, told.address, told.details["through"]) == ("bob", "127.0.0.1", "MCP")


def test_who_may_read_nothing_finds_and_reads_nothing(server, library):
    found = _called(server, library.charlie, "search", query=QUESTION)
    narrowed = _called(server, library.charlie, "search", query=QUESTION, collection=library.collection.pk)
    read = _called(server, library.charlie, "read_passage", document=library.leave.pk, page=1)
    missing = _called(server, library.charlie, "read_passage", document=10**9, page=1)

    assert found.structured_content["passages"] == narrowed.structured_content["passages"] == []
    assert read.is_error
    assert read.content == missing.content
    assert read.content[0].text.startswith("There is nothing at this address, or nothing that you may see.")


def test_a_right_that_is_taken_is_gone_within_a_conversation(server, library):
    async def work(client):
        before = await client.call_tool("search", {"query": QUESTION})
        await asyncio.to_thread(committed, library.collection.readers.remove, library.bob)
        return before, await client.call_tool("search", {"query": QUESTION})

    try:
        before, after = _with_assistant(server, library.bob, work)
    finally:
        committed(library.collection.readers.add, library.bob)

    assert before.structured_content["passages"]
    assert after.structured_content["passages"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "query: Field required"),
        ({"query": "x", "k": 0}, "k: Input should be greater than or equal to 1"),
        ({"query": "x", "other": 1}, "other: Extra inputs are not permitted"),
    ],
)
def test_wrong_arguments_are_explained(server, library, arguments, words):
    reply = _called(server, library.bob, "search", **arguments)

    assert reply.is_error
    assert words in reply.content[0].text


@pytest.mark.parametrize("place", [{}, {"start": 1}, {"start": 1, "end": 2, "page": 1}, {"end": 5}])
def test_a_passage_wants_either_a_span_or_a_page(server, library, place):
    reply = _called(server, library.bob, "read_passage", document=library.leave.pk, **place)

    assert "give either start and end, or page" in reply.content[0].text


def test_nothing_is_held_after_an_answer(server, library):
    _called(server, library.bob, "search", query=QUESTION)

    assert wait_for(lambda: held_connections() == 0)


def _posted(server, headers, method="POST"):
    return httpx2.request(method, f"{server}/mcp", headers={"Accept-Language": "en"} | headers, json={})


def test_without_a_token_nobody_comes_in(server):
    response = _posted(server, {})

    assert (response.status_code, response.json()["error"]["code"]) == (401, "no_token")
    assert response.headers["www-authenticate"] == 'Bearer realm="Knowledge Portal"'


def test_an_unknown_token_is_refused_in_the_readers_language(server):
    response = _posted(server, bearer("kp_unknown", "ko"))

    assert (response.status_code, response.json()["error"]["code"]) == (401, "unknown_token")
    assert 'error="invalid_token"' in response.headers["www-authenticate"]


def test_a_token_that_may_not_read_is_refused(server, library):
    response = _posted(server, bearer(committed(secret_of, library.bob, "ask")))

    assert (response.status_code, response.json()["error"]["code"]) == (403, "scope_missing")


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://"}]
)
def test_other_hosts_and_origins_are_refused(server, library, headers):
    response = _posted(server, bearer(committed(secret_of, library.bob)) | headers)

    assert (response.status_code, response.json()["error"]["code"]) == (403, "wrong_host")


def test_pages_of_the_portal_itself_may_ask(server, library):
    response = _posted(server, bearer(committed(secret_of, library.bob)) | {"Origin": server})

    assert response.status_code not in (401, 403)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_only_posts_are_taken(server, library, method):
    response = _posted(server, bearer(committed(secret_of, library.bob)), method)

    assert (response.status_code, response.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(("scope", "status"), [("read", 200), ("ask", 403)])
def test_requests_have_an_id_and_are_measured(server, library, scope, status):
    labels = {"view": "assistants", "method": "POST", "status": f"{status // 100}xx"}
    before = REGISTRY.get_sample_value("portal_request_seconds_count", labels) or 0
    told = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"X-Request-ID": "abc-12345", "Accept": "application/json"}

    response = httpx2.post(
        f"{server}/mcp", json=told, headers=bearer(committed(secret_of, library.bob, scope)) | headers
    )

    assert response.status_code == status
    assert response.headers["x-request-id"] == "abc-12345"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert REGISTRY.get_sample_value("portal_request_seconds_count", labels) == before + 1


def test_tokens_are_not_taken_in_the_clear_where_the_portal_speaks_https(server, library, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert _posted(server, bearer("kp_x")).json()["error"]["code"] == "not_secure"


def test_everything_else_goes_to_the_pages(server):
    assert httpx2.get(f"{server}/healthz").text == "ok"
    assert httpx2.get(f"{server}/mcpx").status_code == 404
