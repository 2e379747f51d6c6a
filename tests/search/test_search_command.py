"""`manage.py search`: the promised JSON, in somebody's name."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db

TEXT = "Every employee receives fifteen days of annual leave. 연차는 15일입니다."


@pytest.fixture
def shelf():
    shelf = make_collection("Rules", readers=[make_user("alice")])
    indexed_rows(shelf, [TEXT], title="Leave")
    return shelf


def search(*arguments):
    out = StringIO()
    call_command("search", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "semantic", "rrf"])
def test_json_is_the_promised_one(shelf, mode):
    printed = json.loads(search("연차 leave", "--user", "alice", "--mode", mode, "-k", "3", "--json"))

    assert set(printed) == {"hits", "milliseconds"}
    (hit,) = printed["hits"]
    assert {"document", "title", "file", "collection", "page", "start", "end"} <= set(hit)
    assert {"text", "score", "lexical", "semantic"} <= set(hit)
    assert (hit["title"], hit["collection"], hit["page"], hit["text"]) == ("Leave", "Rules", 1, TEXT)
    assert hit["text"] == TEXT[hit["start"] : hit["end"]]


def test_other_people_find_nothing(shelf):
    make_user("charlie")

    assert json.loads(search("leave", "--user", "charlie", "--json"))["hits"] == []


def test_collections_are_named(shelf):
    make_collection("Other")

    assert json.loads(search("leave", "--user", "alice", "--collection", "Other", "--json"))["hits"] == []
    assert len(json.loads(search("leave", "--user", "alice", "--collection", "Rules", "--json"))["hits"]) == 1


def test_people_read_places_and_scores(shelf):
    printed = search("leave", "--user", "alice", "--explain")

    assert "Leave · Rules · page 1" in printed
    assert "lexical" in printed
    assert "1 passages" in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("leave", "--user", "nobody"), "no active user named nobody"),
        (("leave", "--user", "alice", "--collection", "Nowhere"), "no collection named Nowhere"),
    ],
)
def test_wrong_names_are_one_plain_error(shelf, arguments, words):
    with pytest.raises(CommandError, match=words):
        search(*arguments)


def test_closed_account_may_not_search(shelf):
    make_user("gone", is_active=False)

    with pytest.raises(CommandError, match="gone"):
        search("leave", "--user", "gone")
