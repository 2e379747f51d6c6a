"""Uploading: every file is judged and answered for on its own."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents.models import Document
from tests.factories import make_collection

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture
def shelf(alice):
    return make_collection("Handbook", editors=[alice])


def text_file(name, text):
    return SimpleUploadedFile(name, text.encode())


def send(client, shelf, *files, **headers):
    url = reverse("documents:document_upload", args=[shelf.pk])
    return client.post(url, {"uploads": files}, headers={"accept-language": "en", **headers})


def test_good_file_becomes_a_document_that_waits(client, alice, shelf):
    response = send(client, shelf, text_file("leave.txt", "Annual leave is 15 days."), **JSON)

    document = Document.objects.get()
    assert response.json()["files"][0]["accepted"] is True
    assert (document.collection, document.uploaded_by, document.state) == (shelf, alice, "waiting")


def test_bad_files_say_why_while_the_others_go_on(client, shelf):
    response = send(
        client,
        shelf,
        text_file("leave.txt", "Annual leave is 15 days."),
        text_file("empty.txt", ""),
        text_file("program.exe", "MZ\x00\x01"),
        **JSON,
    )

    good, empty, program = response.json()["files"]
    assert [good["accepted"], empty["accepted"], program["accepted"]] == [True, False, False]
    assert "empty" in empty["title"]
    assert all(bad[words] for bad in (empty, program) for words in ("title", "reason", "next_step"))
    assert Document.objects.count() == 1


def test_copy_names_the_document_that_is_already_there(client, shelf):
    send(client, shelf, text_file("leave.txt", "Annual leave is 15 days."))

    [answer] = send(client, shelf, text_file("copy.txt", "Annual leave is 15 days."), **JSON).json()["files"]

    assert answer["accepted"] is False
    assert answer["url"] == Document.objects.get().get_absolute_url()


def test_form_without_javascript_goes_back_to_the_list(client, shelf):
    response = send(client, shelf, text_file("a.txt", "One."), text_file("b.txt", "Two."))

    assert response.url == shelf.get_absolute_url()
    assert "2 files have been received." in client.get(response.url).content.decode()


def test_form_without_javascript_shows_what_was_refused(client, shelf):
    page = send(client, shelf, text_file("a.txt", "One."), text_file("empty.txt", "")).content.decode()

    assert "empty.txt" in page
    assert "The file is empty" in page


def test_form_without_a_file_asks_for_one(client, shelf):
    response = send(client, shelf)

    assert "Choose at least one file." in client.get(response.url).content.decode()


def test_file_larger_than_allowed_is_refused(client, shelf, settings):
    settings.UPLOAD_MAX_BYTES = 10

    [answer] = send(client, shelf, text_file("a.txt", "More than ten bytes."), **JSON).json()["files"]

    assert answer["accepted"] is False
    assert not Document.objects.exists()


def test_readers_may_not_upload_and_outsiders_see_nothing(client, alice):
    readable = make_collection("Read only", readers=[alice])
    hidden = make_collection("Payroll")

    assert send(client, readable, text_file("a.txt", "One.")).status_code == 403
    assert send(client, hidden, text_file("a.txt", "One.")).status_code == 404
    assert not Document.objects.exists()
