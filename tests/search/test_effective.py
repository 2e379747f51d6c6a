"""Documents that are not in effect today are left out on every way to the index, and nothing else is."""

from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents import effective
from documents.models import Document
from documents.terms import query_terms
from search import lexical, semantic
from search.retrieval import Mode, find_passages
from search.scope import scope_for
from tests.documents.rows import document_row
from tests.factories import make_collection
from tests.index_rows import axes, indexed_rows

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _frozen(monkeypatch):
    monkeypatch.setattr(effective, "today", lambda: TODAY)


@pytest.fixture
def shelf(alice):
    return make_collection(readers=[alice])


def rule(shelf, text, begins=None, ends=None, **options):
    document = document_row(shelf, title=text, effective_from=begins, effective_until=ends)
    return indexed_rows(shelf, [text], document=document, **options)


@pytest.mark.parametrize(
    ("begins", "ends", "is_found"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (TODAY - DAY, TODAY + DAY, True),
        (TODAY + DAY, None, False),
        (None, TODAY - DAY, False),
        (TODAY - 2 * DAY, TODAY - DAY, False),
    ],
)
@pytest.mark.parametrize("mode", [mode.value for mode in Mode])
@pytest.mark.parametrize("exact_limit", [semantic.EXACT_LIMIT, 0])
def test_both_days_are_included(alice, shelf, monkeypatch, begins, ends, is_found, mode, exact_limit):
    monkeypatch.setattr(semantic, "EXACT_LIMIT", exact_limit)
    rule(shelf, "Annual leave is 15 days.", begins, ends)

    found = find_passages("annual leave", alice, mode=mode).hits

    assert [(hit.effective_from, hit.effective_until) for hit in found] == ([(begins, ends)] if is_found else [])


@pytest.mark.parametrize("exact_limit", [semantic.EXACT_LIMIT, 5, 0])
def test_never_fewer_neighbours_than_there_are_in_effect(alice, shelf, monkeypatch, exact_limit):
    monkeypatch.setattr(semantic, "EXACT_LIMIT", exact_limit)
    query = axes(1)[0]
    for number in range(30):
        near = np.array([query], dtype=np.float32)
        rule(shelf, f"expired {number}", ends=TODAY - DAY, vectors=near)
    kept = [rule(shelf, f"kept {number}", vectors=axes(9)[8:]) for number in range(7)]

    scope = scope_for(alice)

    assert len(scope.left_out) == 30
    assert len(semantic.candidates(query, scope, 5)) == 5
    assert len(semantic.candidates(query, scope, 50)) == len(kept)
    terms = lexical.weighted(query_terms("expired kept"), scope.generation)
    assert len(lexical.candidates(terms, scope, 50)) == len(kept)


def test_nothing_is_left_out_by_days_of_documents_that_the_reader_does_not_see(alice, shelf):
    rule(make_collection("Board"), "Secret", ends=TODAY - DAY)

    assert scope_for(alice).left_out == ()


def test_queries_have_no_word_about_days_when_all_documents_hold(alice, shelf):
    rule(shelf, "Annual leave is 15 days.", TODAY)

    with CaptureQueriesContext(connection) as captured:
        find_passages("annual leave", alice)

    assert not [query["sql"] for query in captured if "document_id <> ALL" in query["sql"]]


def test_looking_for_days_reads_an_index(alice, shelf):
    rows = [
        Document(collection=shelf, title="x", file_name="x", sha256=f"{number:064x}", size=1) for number in range(3000)
    ]
    Document.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE documents_document")

    plan = Document.objects.not_in_effect(TODAY).values("pk").explain()

    assert "document_begins" in plan
    assert "document_ends" in plan
