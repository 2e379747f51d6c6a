"""The list of a collection's documents."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.models import Document, IndexJob
from tests.documents.rows import document_row, job_row
from tests.factories import make_collection, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(client):
    bob = make_user("bob")
    client.force_login(bob)
    return bob


@pytest.fixture
def shelf(bob):
    return make_collection("Handbook", readers=[bob])


def listed(client, shelf, **query):
    response = client.get(shelf.get_absolute_url(), query)
    return [row.document.title for row in response.context["library"].rows]


def test_newest_document_stands_on_top(client, shelf):
    for title in ("first", "second"):
        document_row(shelf, title=title)

    assert listed(client, shelf) == ["second", "first"]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"text": "tra"}, ["Travel"]),
        ({"text": "LEAVE.docx"}, ["Absence"]),
        ({"state": "failed"}, ["Payroll"]),
        ({"state": "progress"}, ["Travel"]),
        ({"kind": "word"}, ["Absence"]),
        ({"state": "no such state"}, ["Absence", "Payroll", "Travel"]),
        ({"text": "nothing like it"}, []),
    ],
)
def test_filters(client, shelf, query, titles):
    document_row(shelf, title="Travel", state=Document.State.INDEXING)
    document_row(shelf, title="Payroll", state=Document.State.FAILED, error_code="encrypted")
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    document_row(shelf, title="Absence", file_name="leave.docx", media_type=word)

    assert listed(client, shelf, sort="title", **query) == titles


@pytest.mark.parametrize("column", ["title", "state", "pages", "passages", "size", "type", "uploaded"])
def test_every_column_sorts_both_ways(client, shelf, column):
    document_row(shelf, title="A", state="failed", page_count=1, chunk_count=1, size=1)
    document_row(shelf, title="B", state="ready", page_count=2, chunk_count=2, size=2)

    assert listed(client, shelf, sort=column) == ["A", "B"]
    assert listed(client, shelf, sort=f"-{column}") == ["B", "A"]


def test_head_of_the_sorted_column_says_so_and_turns_the_order_round(client, shelf):
    document_row(shelf)

    page = client.get(shelf.get_absolute_url(), {"sort": "size"}).content.decode()

    assert 'aria-sort="ascending"' in page
    assert "?sort=-size" in page


def test_long_lists_have_pages_that_keep_the_filter(client, shelf):
    for _ in range(51):
        document_row(shelf)

    response = client.get(shelf.get_absolute_url(), {"text": "document"})

    assert len(response.context["library"].rows) == 50
    assert "?text=document&amp;page=2" in response.content.decode()


def test_twice_the_rows_cost_the_same_queries(client, shelf):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(shelf.get_absolute_url())
        return len(captured)

    job_row(document_row(shelf, state=Document.State.INDEXING))
    few = queries()
    for _ in range(10):
        job_row(document_row(shelf, state=Document.State.INDEXING))

    assert queries() == few


def test_document_on_its_way_shows_its_stage_and_count(client, shelf):
    document = document_row(shelf, state=Document.State.INDEXING)
    running = IndexJob.State.RUNNING
    job_row(document, state=running, stage=IndexJob.Stage.EMBED, progress_done=7, progress_total=20)

    page = client.get(shelf.get_absolute_url(), headers={"accept-language": "en"}).content.decode()

    assert "Computing vectors" in page
    assert "7 of 20" in page


@pytest.mark.parametrize(("state", "asks"), [("indexing", True), ("ready", False), ("failed", False)])
def test_list_asks_for_news_only_while_something_is_in_progress(client, shelf, state, asks):
    document_row(shelf, state=state)

    assert ("every 1500ms" in client.get(shelf.get_absolute_url()).content.decode()) is asks


def test_news_are_the_list_without_the_page_around_it(client, shelf):
    document_row(shelf)

    fragment = client.get(shelf.get_absolute_url(), headers={"hx-request": "true"}).content.decode()

    assert fragment.strip().startswith("<section")
    assert "<html" not in fragment


def test_failed_document_shows_why(client, shelf):
    document_row(shelf, state=Document.State.FAILED, error_code="encrypted")

    [row] = client.get(shelf.get_absolute_url()).context["library"].rows

    assert str(row.failure.title) in client.get(shelf.get_absolute_url()).content.decode()


def test_readers_are_not_offered_to_upload(client, shelf):
    upload = reverse("documents:document_upload", args=[shelf.pk])

    assert upload not in client.get(shelf.get_absolute_url()).content.decode()


def test_editors_are_offered_to_upload(client, bob):
    shelf = make_collection("Mine", editors=[bob])

    page = client.get(shelf.get_absolute_url()).content.decode()

    assert reverse("documents:document_upload", args=[shelf.pk]) in page


def test_outsiders_get_404(client, bob):
    assert client.get(make_collection("Payroll").get_absolute_url()).status_code == 404
