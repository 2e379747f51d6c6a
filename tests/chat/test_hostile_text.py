"""Hostile text in answers: what a stream ends with is what the page shows later, and exports are words."""

import json
from itertools import cycle

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.urls import reverse
from markdown_it import MarkdownIt

from chat.models import Answer
from tests.chat.shelf import cited_answer, shelves
from tests.chat.test_rendering import Elements
from tests.hostile_text import STORABLE, packed, traced

pytestmark = pytest.mark.django_db

# How answers end, with the state and the code that are stored.
ENDINGS = (
    (Answer.State.COMPLETE, ""),
    (Answer.State.STOPPED, ""),
    (Answer.State.INTERRUPTED, "cut"),
    (Answer.State.COMPLETE, "truncated"),
    (Answer.State.FAILED, "not_reachable"),
)


@pytest.fixture
def world(client):
    world = shelves()
    client.force_login(world.bob)
    return world


@pytest.fixture
def answers(world):
    """All of the hostile texts as quotes, as sentences, as titles and as questions."""
    texts = packed(traced(STORABLE), 3000, "\n\n")
    return [_answer(world, text, *ending) for text, ending in zip(texts, cycle(ENDINGS), strict=False)]


def _answer(world, text, state, error_code):
    world.leave.title = text[:300]
    return cited_answer(
        world.bob, (text, world.leave), question=text[:190], state=state, error_code=error_code, model="test-model"
    )


def ending_of(answer):
    """What the stream of an answer ends with for a reader who comes late."""

    async def read():
        client = AsyncClient()
        await client.aforce_login(answer.message.conversation.user)
        response = await client.get(reverse("chat:answer_stream", args=[answer.pk]))
        return b"".join([part async for part in response]).decode()

    [frame] = async_to_sync(read)().strip().split("\n\n")
    _name, data = frame.split("\n")
    return json.loads(data.removeprefix("data: "))


def test_the_end_of_a_stream_is_byte_for_byte_what_the_page_shows(client, answers):
    for answer in answers:
        page = client.get(answer.message.conversation.get_absolute_url()).content.decode()
        ending = ending_of(answer)

        assert f"<div data-answer-body>{ending['answer']}</div>" in page
        assert f">{ending['sources']}</div>" in page


@pytest.mark.parametrize("name", ["conversation_markdown", "answer_copy"])
def test_a_program_that_draws_all_markdown_finds_only_our_links_in_an_export(client, answers, name):
    liberal = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for answer in answers:
        key = answer.pk if name == "answer_copy" else answer.message.conversation_id
        text = client.get(reverse(f"chat:{name}", args=[key])).content.decode()

        assert strangers(liberal.render(text)) == []


def test_what_is_pasted_into_other_programs_has_only_our_links(client, answers):
    for answer in answers:
        address = reverse("chat:answer_copy", args=[answer.pk])
        pasted = client.get(address, headers={"accept": "application/json"}).json()["html"]

        assert strangers(pasted) == []


def strangers(html):
    """Elements and addresses that are none of the portal's."""
    drawn = Elements(html)
    elements = drawn.found & {"img", "script", "svg", "iframe", "object", "embed", "style", "form", "input", "base"}
    ours = ("http://testserver/documents/", "language-")
    return [*elements, *(value for _name, value in drawn.attributes if not str(value).startswith(ours))]
