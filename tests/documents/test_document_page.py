"""The page of one document, and the pieces of it that the answer page asks for."""

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.urls import reverse

from documents.models import Document, Page
from tests.documents.rows import document_row
from tests.factories import indexed_document, make_collection, make_user

pytestmark = pytest.mark.django_db
SENTENCES = " ".join(f"Rule {n} says that form {n} is due on day {n}." for n in range(120))


@pytest.fixture
def shelf(alice):
    return make_collection("Handbook", editors=[alice])


def paged(shelf, *texts, **overrides):
    document = document_row(shelf, page_count=len(texts), **overrides)
    offset = 0
    for number, text in enumerate(texts, 1):
        Page.objects.create(document=document, number=number, text=text, offset=offset)
        offset += len(text) + 2
    return document


def test_indexed_text_is_drawn_with_its_overlapping_passages(client, shelf):
    document = indexed_document(shelf, SENTENCES, title="Rules")

    leaf = client.get(document.get_absolute_url()).context["leaf"]

    assert len(leaf.windows) > 1
    assert leaf.has_shared_text
    assert "".join(segment.text for segment in leaf.segments) == document.pages.get().text


def test_passage_of_a_link_is_marked_and_can_be_jumped_to(client, shelf):
    document = paged(shelf, "First page.", "Annual leave is 15 days.")

    page = client.get(document.get_absolute_url(), {"start": 13, "end": 25}).content.decode()

    assert '<mark id="passage">Annual leave</mark>' in page


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({}, "First page."),
        ({"page": 2}, "Second page."),
        ({"page": 99}, "First page."),
        ({"page": "x"}, "First page."),
        ({"start": 13, "end": 19}, "Second page."),
        ({"start": 9, "end": 3}, "First page."),
    ],
)
def test_page_is_chosen_by_number_or_passage(client, shelf, query, text):
    document = paged(shelf, "First page.", "Second page.")

    assert client.get(document.get_absolute_url(), query).context["leaf"].excerpt.text == text


def test_long_unpaged_text_is_shown_in_parts_that_leave_nothing_out(client, shelf):
    text = "\n".join(f"Line {number} of a long file." for number in range(2500))
    document = paged(shelf, text, page_based=False, media_type="text/plain")
    url = document.get_absolute_url()
    count = client.get(url).context["leaf"].part_count

    parts = [client.get(url, {"part": n}).context["leaf"].excerpt.text for n in range(1, count + 1)]

    assert count > 1
    assert "".join(parts) == text


def test_passage_in_a_long_text_opens_its_part(client, shelf):
    text = "\n".join(f"Line {number} of a long file." for number in range(2500))
    document = paged(shelf, text, page_based=False, media_type="text/plain")
    start = text.index("Line 2400")

    page = client.get(document.get_absolute_url(), {"start": start, "end": start + 9}).content.decode()

    assert '<mark id="passage">Line 2400</mark>' in page


def test_text_of_strangers_is_shown_and_not_run(client, shelf):
    document = paged(shelf, "<script>alert(1)</script>", title="<b>bold</b>")

    page = client.get(document.get_absolute_url(), {"start": 0, "end": 8}).content.decode()

    assert "<script>alert" not in page
    assert "<b>bold" not in page


def test_failed_document_says_what_happened_why_and_what_next(client, shelf):
    document = document_row(shelf, state=Document.State.FAILED, error_code="encrypted")

    response = client.get(document.get_absolute_url())
    failure = response.context["row"].failure

    page = response.content.decode()
    assert all(str(words) in page for words in (failure.title, failure.reason, failure.next_step))
    assert reverse("documents:document_retry", args=[document.pk]) in page


def test_retry_sends_the_document_on_its_way_again(client, shelf):
    document = document_row(shelf, state=Document.State.FAILED, error_code="encrypted")

    client.post(reverse("documents:document_retry", args=[document.pk]))

    document.refresh_from_db()
    assert (document.state, document.error_code) == ("waiting", "")


@pytest.mark.parametrize(("state", "refresh"), [("indexing", None), ("ready", "true"), ("failed", "true")])
def test_page_loads_itself_anew_when_the_work_is_over(client, shelf, state, refresh):
    document = document_row(shelf, state=state)

    response = client.get(document.get_absolute_url(), headers={"hx-request": "true"})

    assert response.get("HX-Refresh") == refresh


def test_deleting_asks_first(client, shelf):
    document = indexed_document(shelf, "Annual leave is 15 days.")
    url = reverse("documents:document_delete", args=[document.pk])

    assert client.get(url).status_code == 200
    assert Document.objects.exists()

    assert client.post(url).url == shelf.get_absolute_url()
    assert not Document.objects.exists()


def test_reader_sees_the_document_but_no_buttons(client, alice):
    shelf = make_collection("Read only", readers=[alice])
    document = document_row(shelf, state=Document.State.FAILED)

    page = client.get(document.get_absolute_url()).content.decode()

    for action in ("document_retry", "document_delete"):
        url = reverse(f"documents:{action}", args=[document.pk])
        assert url not in page
        assert client.post(url).status_code == 403


def test_passage_fragment_marks_the_text_within_its_surroundings(client, shelf):
    document = paged(shelf, f"{SENTENCES} Annual leave is 15 days. {SENTENCES}", page_based=False)
    start = len(SENTENCES) + 1
    query = {"start": start, "end": start + 24}

    fragment = client.get(reverse("documents:passage", args=[document.pk]), query).content.decode()

    assert '<mark id="passage">Annual leave is 15 days.</mark>' in fragment
    assert "Rule 119" in fragment
    assert "Rule 60 " not in fragment


@pytest.mark.parametrize("query", [{}, {"start": 5}, {"start": 9, "end": 2}, {"start": "a", "end": "b"}])
def test_passage_without_sound_offsets_is_not_found(client, shelf, query):
    document = paged(shelf, "Annual leave is 15 days.")

    assert client.get(reverse("documents:passage", args=[document.pk]), query).status_code == 404


def download(user, document):
    client = AsyncClient()
    client.force_login(user)
    response = async_to_sync(client.get)(reverse("documents:document_file", args=[document.pk]))

    async def body():
        return b"".join([block async for block in response.streaming_content])

    return response, async_to_sync(body)()


@pytest.mark.parametrize(
    ("name", "media_type", "disposition"),
    [
        ("notes.txt", "text/plain; charset=utf-8", "inline"),
        ("notes.html", "text/html; charset=utf-8", "attachment"),
    ],
)
def test_files_are_delivered_so_that_browsers_run_nothing(name, media_type, disposition):
    alice = make_user("alice")
    document = indexed_document(make_collection("Handbook", editors=[alice]), "<p>Hello there.</p>", file_name=name)

    response, body = download(alice, document)

    assert body == b"<p>Hello there.</p>"
    assert response["Content-Type"] == media_type
    assert response["Content-Disposition"].startswith(disposition)
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


def test_recognised_page_says_how_sure_that_was_and_has_no_boxes(client, shelf):
    document = paged(shelf, "Annual leave is 15 days.")
    document.pages.update(method=Page.Method.OCR, confidence=0.872)

    page = client.get(document.get_absolute_url()).content.decode()
    boxes = client.get(reverse("documents:page_highlight", args=[document.pk]), {"start": 0, "end": 6})

    assert "text recognition, 87 % sure" in page
    assert boxes.json() == {"page": 1, "boxes": []}
