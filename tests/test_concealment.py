"""Nothing of a closed collection reaches those who may not read it: on no address, in no answer to no question.

All addresses are asked, also for what is behind them of the closed collection, and for what was cited from it before.
"""

from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.urls import reverse

from tests.addresses import ROWS
from tests.closed_shelf import QUERIES, WORDS, make_closed_worlds
from tests.world import make_world

pytestmark = pytest.mark.django_db

# Addresses that answer what is asked of the library; the others hear one question that has a bit of all.
ASKED = ("search:results", "search:suggestions", "chat:ask", "chat:document_choice", "documents:collection_list")


@pytest.fixture
def worlds():
    world = make_world()
    return {"own": world} | make_closed_worlds(world)


def _asked(query: str, closed: SimpleNamespace) -> dict[str, str]:
    """What forms and lists of the portal are narrowed by, all at once."""
    words = dict.fromkeys(("q", "text", "find", "who", "words", "question", "title"), query)
    keys = {"collection": closed.collection.pk, "document": closed.document.pk, "answer": closed.answer.pk}
    return words | {name: str(key) for name, key in keys.items()} | {"start": "0", "end": "40", "mode": "lexical"}


async def _text_of(response) -> str:
    content = b"".join([part async for part in response]) if response.streaming else response.content
    return content.decode(errors="replace") + str(dict(response.headers))


def _told(client: AsyncClient, method: str, url: str, data: dict[str, str]) -> str:
    """Everything that is read on the way to where the address leads."""

    async def read() -> str:
        response = await getattr(client, method)(url, data, follow=True)
        return await _text_of(response)

    return async_to_sync(read)()


def _signed_in(person) -> AsyncClient:
    client = AsyncClient()
    client.force_login(person)
    return client


def _leaks(worlds, which: str, person: str, names) -> dict[str, list[str]]:
    """What was read that is not for this person. Pages come first, before anything is sent that changes them."""
    found, reader = {}, worlds["own"].people[person]
    client = _signed_in(reader)
    for name in sorted(names, key=lambda name: ROWS[name].method):
        row, world = ROWS[name], worlds[which]
        url = reverse(name, args=row.args(world))
        queries = QUERIES if name in ASKED and which == "own" else ("kestre takeover",)
        for query in queries:
            # One of the addresses signs out.
            client = client if row.method == "get" else _signed_in(reader)
            told = _told(client, row.method, url, _asked(query, worlds["closed"]))
            if words := [word for word in WORDS if word.lower() in told.lower()]:
                found[f"{name} {query}"] = words
    return found


# Who may read most and once could read it all, and those who may read less, are asked for each time; the others take
# most of a minute.
QUICK = {("old", "alice"), ("closed", "bob"), ("closed", "charlie")}
CASES = [
    pytest.param(which, person, marks=[] if (which, person) in QUICK else [pytest.mark.slow])
    for which in ("own", "closed", "old")
    for person in ("charlie", "bob", "alice")
]


@pytest.mark.parametrize(("which", "person"), CASES)
def test_no_address_tells_a_word_of_a_closed_collection(worlds, which, person):
    assert _leaks(worlds, which, person, ROWS) == {}


def test_no_question_is_answered_with_a_word_of_a_closed_collection(worlds):
    assert _leaks(worlds, "own", "bob", ASKED) == {}


def test_the_words_are_there_for_those_who_may_read_them(worlds):
    """Else the tests above would pass without anything to tell."""
    behind = _leaks(worlds, "closed", "staff", ("documents:document_detail", "chat:conversation", "chat:shared"))
    asked = _leaks(worlds, "own", "staff", ("search:results", "search:suggestions"))

    assert len(behind) == 3
    assert {word for listed in (behind | asked).values() for word in listed} == set(WORDS)
