"""Searching goes on: whatever is typed, and whatever fails."""

import time

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import sql

from documents.failure_codes import FailureCode, IndexingFailure
from search import browsing, retrieval, semantic, statements
from search.queries import parse
from search.retrieval import Mode, SearchFailed, find, find_passages
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows

MOST_S = 1.0
PIECES = (
    '"', "'", "-", "(", ")", ":", "*", "&", "|", "!", "\\", "%", "\x00", "\ud800", "\udfff", "ㄱ", "ᄒ", "ᅡ", "ᆫ", "휴가",
    "🦜", "👩\u200d👧", "title:", "after:", "type:pdf", "-word", "AND", "OR", "{1:1}/3", "[1,2]", "$1", "%s",
    "e\u0301" * 9, "\u202e", "\n", "\ufeff", "leave", "'; DROP TABLE documents_chunk; --",
)  # fmt: skip


@pytest.fixture
def library(alice):
    shelf = make_collection("Rules", readers=[alice])
    indexed_rows(shelf, ["Annual leave is fifteen days.", "A VPN session lasts ten hours.", "연차 휴가는 15일입니다."])
    return shelf


@pytest.fixture
def broken_model(monkeypatch):
    def fail(model):
        raise IndexingFailure(FailureCode.MODEL_MISSING)

    monkeypatch.setattr(retrieval, "embedder_of", fail)


@pytest.fixture
def broken_words(monkeypatch):
    def fail(*_asked):
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setattr(retrieval.lexical, "candidates", fail)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.text(max_size=80)))
@example("leave " * 17_000)
@example("휴" * 100_000)
@example('"' * 100_000)
@example("a:b" * 33_000)
@example("-" * 100_000)
@example("\ud800" * 100_000)
def test_any_string_is_answered_within_a_second(library, alice, text):
    find_passages("warm", alice)
    began = time.process_time()

    find_passages(text, alice)
    find(parse(text), alice, mode=Mode.LEXICAL)

    assert time.process_time() - began <= 2 * MOST_S


@pytest.mark.usefixtures("library", "broken_words")
def test_without_the_lexical_leg_the_nearest_are_found(alice):
    nearest = find_passages("annual leave days", alice, mode=Mode.SEMANTIC)

    found = find_passages("annual leave days", alice)

    assert found.degraded == "lexical"
    assert [hit.chunk_id for hit in found.hits] == [hit.chunk_id for hit in nearest.hits]


@pytest.mark.usefixtures("library")
def test_a_connection_that_is_lost_takes_one_leg_only(alice, monkeypatch):
    def fail(*_asked):
        raise InterfaceError("the cursor is closed")

    monkeypatch.setattr(retrieval.lexical, "candidates", fail)

    assert find_passages("annual leave days", alice).degraded == "lexical"


@pytest.mark.usefixtures("library", "broken_words", "broken_model")
@pytest.mark.parametrize("mode", Mode)
def test_without_both_legs_the_search_fails_by_name(alice, mode):
    with pytest.raises(SearchFailed):
        find_passages("annual leave", alice, mode=mode)


@pytest.mark.usefixtures("library", "broken_words", "broken_model")
def test_page_says_that_the_search_is_not_available(client, alice):
    client.force_login(alice)

    page = client.get(reverse("search:results"), {"q": "annual leave"})
    fragment = client.get(reverse("search:results"), {"q": "annual leave"}, headers={"hx-request": "true"})

    assert (page.status_code, fragment.status_code) == (503, 200)
    for response in (page, fragment):
        assert "The search is not available at the moment." in response.content.decode()
    assert 'value="annual leave"' in page.content.decode()


@pytest.mark.usefixtures("transactional_db")
def test_statement_that_takes_too_long_is_given_up(settings):
    settings.SEARCH_TIMEOUT_S = 0.05
    began = time.monotonic()

    with pytest.raises(OperationalError, match="timeout"):
        statements.rows(sql.SQL("SELECT 1, 0 FROM pg_sleep(20)"))

    assert time.monotonic() - began < 10
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.usefixtures("transactional_db")
def test_list_that_takes_too_long_is_given_up(settings, monkeypatch):
    settings.SEARCH_TIMEOUT_S = 0.05
    monkeypatch.setattr(browsing, "_ALL", sql.SQL("SELECT 1, 0 FROM pg_sleep(3) -- {} {}"))

    with pytest.raises(SearchFailed):
        find(parse("type:pdf"), make_user("alice"))


@pytest.mark.usefixtures("transactional_db")
def test_leg_that_times_out_leaves_the_answer_to_the_other(settings, monkeypatch):
    alice = make_user("alice")
    indexed_rows(make_collection("Rules", readers=[alice]), ["Annual leave is fifteen days."])
    settings.SEARCH_TIMEOUT_S = 1
    monkeypatch.setattr(
        semantic, "_EXACT", sql.SQL("SELECT 1, 0 FROM pg_sleep(30) -- {size} {vector} {visible} {limit}")
    )

    found = find_passages("annual leave", alice)

    assert (found.degraded, len(found.hits)) == ("semantic", 1)


@pytest.mark.usefixtures("transactional_db")
def test_page_of_related_documents_says_that_they_could_not_be_looked_for(settings, monkeypatch, client):
    alice = make_user("alice")
    document = indexed_rows(make_collection("Rules", readers=[alice]), ["Annual leave is fifteen days."])
    settings.SEARCH_TIMEOUT_S = 0.05
    monkeypatch.setattr(
        semantic, "_EXACT", sql.SQL("SELECT 1, 0 FROM pg_sleep(3) -- {size} {vector} {visible} {limit}")
    )
    client.force_login(alice)

    page = client.get(reverse("search:related", args=[document.pk]))

    assert page.status_code == 200
    assert "did not answer in time" in page.content.decode()
