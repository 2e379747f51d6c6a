"""Replacing, restoring and dating documents in the browser."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents import indexing
from documents.models import Document
from tests.documents.rows import document_row
from tests.factories import accepted_document, indexed_document, make_collection

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(alice):
    return make_collection("Handbook", editors=[alice])


def file(text, name="rules.txt"):
    return SimpleUploadedFile(name, text.encode())


def page(client, document):
    return client.get(document.get_absolute_url()).content.decode()


def test_new_version_is_uploaded_from_the_page_of_the_old_one(client, shelf, alice):
    old = indexed_document(shelf, "Leave is 15 days.", title="Leave")
    url = reverse("documents:document_replace", args=[old.pk])

    client.post(url, {"upload": file("Leave is 20 days."), "effective_from": "2020-01-01"})
    new = Document.objects.get(replaces=old)

    assert str(new.effective_from) == "2020-01-01"
    assert new.uploaded_by == alice
    assert new.get_absolute_url() in page(client, old)
    indexing.run(new.jobs.get().pk)
    old.refresh_from_db()
    html = page(client, old)
    assert "A newer version replaces this document" in html
    assert "Make this version current again" in html
    assert old.get_absolute_url() in page(client, new)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({}, "This field is required"),
        ({"upload": ""}, "The file is empty"),
        ({"upload": "Leave is 15 days."}, "already in the collection"),
        ({"upload": "x", "effective_from": "2026-02-02", "effective_until": "2026-02-01"}, "must not lie before"),
        ({"upload": "x", "effective_from": "yesterday"}, "Enter a valid date"),
    ],
)
def test_replacement_that_cannot_be_taken_says_why(client, shelf, values, says):
    old = accepted_document(shelf, "Leave is 15 days.")
    if "upload" in values:
        values = values | {"upload": file(values["upload"])}

    response = client.post(reverse("documents:document_replace", args=[old.pk]), values)

    assert says in response.content.decode()
    assert Document.objects.count() == 1


def test_failed_new_version_is_named_on_the_page_of_the_old_one(client, shelf):
    old = indexed_document(shelf, "Leave is 15 days.", title="Leave")
    document_row(shelf, title="Leave 2", replaces=old, state=Document.State.FAILED, error_code="damaged")

    html = page(client, old)

    assert "Leave 2" in html
    assert "tag--failed" in html


def test_old_version_is_made_current_again(client, shelf):
    old = indexed_document(shelf, "Leave is 15 days.")
    new = indexed_document(shelf, "Leave is 20 days.", replaces=old)

    client.post(reverse("documents:document_restore", args=[old.pk]))
    indexing.run(old.jobs.get().pk)

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.superseded_by) == (Document.State.READY, old)


def test_restoring_is_refused_when_the_file_came_back_another_way(client, shelf):
    old = indexed_document(shelf, "Leave is 15 days.")
    indexed_document(shelf, "Leave is 20 days.", replaces=old)
    accepted_document(shelf, "Leave is 15 days.")

    response = client.post(reverse("documents:document_restore", args=[old.pk]), follow=True)

    assert "already in the collection" in response.content.decode()


def test_days_are_saved_shown_and_taken_away(client, shelf):
    document = document_row(shelf)
    url = reverse("documents:document_days", args=[document.pk])

    client.post(url, {"effective_from": "2020-01-01", "effective_until": "2020-12-31"})
    html = page(client, document)
    assert "in effect from 1 Jan 2020 until 31 Dec 2020" in html
    assert "no longer in effect since 31 Dec 2020" in html
    assert "expired" in client.get(shelf.get_absolute_url()).content.decode()
    assert 'value="2020-12-31"' in client.get(url).content.decode()

    client.post(url, {})
    document.refresh_from_db()
    assert (document.effective_from, document.effective_until) == (None, None)


def test_last_day_before_the_first_one_is_refused(client, shelf):
    document = document_row(shelf)

    response = client.post(
        reverse("documents:document_days", args=[document.pk]),
        {"effective_from": "2027-01-02", "effective_until": "2027-01-01"},
    )

    assert "must not lie before" in response.content.decode()
    document.refresh_from_db()
    assert document.effective_from is None


def test_document_that_begins_later_is_tagged_in_the_list(client, shelf):
    document_row(shelf, effective_from="2999-01-01")

    assert "from 1 Jan 2999" in client.get(shelf.get_absolute_url()).content.decode()


def upload(client, shelf, *files, **options):
    url = reverse("documents:document_upload", args=[shelf.pk])
    return client.post(url, {"uploads": list(files)} | options.pop("values", {}), **options)


def test_upload_takes_days_along(client, shelf):
    upload(client, shelf, file("Leave is 15 days."), values={"effective_until": "2030-12-31"})

    assert str(Document.objects.get().effective_until) == "2030-12-31"


def test_upload_with_the_name_of_another_document_offers_to_make_it_a_version(client, shelf):
    old = indexed_document(shelf, "Leave is 15 days.", file_name="rules.txt")

    answer = upload(client, shelf, file("Leave is 20 days."), headers={"accept": "application/json"})
    (said,) = answer.json()["files"]
    new = Document.objects.exclude(pk=old.pk).get()
    assert "new version of" in said["offer"]
    indexing.run(new.jobs.get().pk)
    client.post(said["offer_url"])

    old.refresh_from_db()
    assert old.superseded_by == new


def test_offer_is_there_without_scripts_and_nothing_happens_by_itself(client, shelf):
    old = accepted_document(shelf, "Leave is 15 days.", file_name="rules.txt")

    html = upload(client, shelf, file("Leave is 20 days.")).content.decode()

    new = Document.objects.exclude(pk=old.pk).get()
    assert reverse("documents:document_make_version", args=[new.pk, old.pk]) in html
    assert new.replaces is None


def test_upload_with_a_name_of_its_own_offers_nothing(client, shelf):
    accepted_document(shelf, "Leave is 15 days.", file_name="leave.txt")

    answer = upload(client, shelf, file("Travel is paid."), headers={"accept": "application/json"})

    assert answer.json()["files"][0]["offer"] == ""


def test_document_of_another_shelf_cannot_be_replaced_by_address(client, shelf):
    elsewhere = document_row(make_collection("Board"))
    mine = document_row(shelf)

    response = client.post(reverse("documents:document_make_version", args=[mine.pk, elsewhere.pk]))

    assert response.status_code == 404
