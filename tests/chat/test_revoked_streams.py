"""A right that is taken while an answer is being written: what an open stream still says, and what a new one does."""

from contextlib import contextmanager

import pytest

from chat import running
from chat.models import Conversation
from tests.chat.streams import asked, browser, committed, stream, wait_for, web_server
from tests.llm_server import Script

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


@contextmanager
def closed_to(person, collection):
    committed(collection.readers.remove, person)
    try:
        yield
    finally:
        committed(collection.readers.add, person)


def test_open_stream_ends_without_what_the_reader_may_no_longer_see(server, library, model):
    model.script = Script(pieces=["15 days [1]. "] + ["more "] * 10, pause_s=0.05)
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as window:
        window.read_to("token")
        with closed_to(library.bob, library.collection):
            _name, ending = window.events()[-1]

    assert "15 days" not in ending["answer"] + ending["sources"]
    assert "Leave" not in ending["answer"] + ending["sources"]


def test_stream_that_is_opened_afterwards_tells_neither_sources_nor_words(server, library, model):
    model.script = Script(pieces=["15 days [1]. "] + ["more "] * 20, pause_s=0.05)
    answer = asked(library.bob)

    with stream(server, library.bob, answer) as first:
        first.read_to("token")
        with closed_to(library.bob, library.collection), stream(server, library.bob, answer) as second:
            told = second.read()

    assert "event: done" in told
    assert "event: token" not in told
    assert "15 days" not in told
    assert "Leave" not in told


def test_question_that_was_asked_before_finds_nothing_afterwards(server, library):
    answer = asked(library.bob)

    with closed_to(library.bob, library.collection), stream(server, library.bob, answer) as window:
        told = window.read()
    with browser(server, library.bob) as web:
        page = web.get(answer.message.conversation.get_absolute_url()).text

    assert "15 days" not in told
    assert "Leave" not in told
    assert "15 days" not in page
