"""Pictures of PDF pages and the boxes of passages on them."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from reportlab.pdfgen.canvas import Canvas

from documents import indexing, ingestion
from tests.documents.rows import document_row
from tests.factories import make_collection

pytestmark = pytest.mark.django_db
SENTENCE = "Annual leave is fifteen days in every calendar year."


@pytest.fixture
def handbook(alice):
    collection = make_collection("Handbook", editors=[alice])
    file = SimpleUploadedFile("handbook.pdf", pdf("A cover page with a title and little else.", SENTENCE))
    document = ingestion.accept(file, collection=collection, uploaded_by=alice)
    indexing.run(document.jobs.get().pk)
    document.refresh_from_db()
    return document


def pdf(*pages):
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(400, 400))
    for text in pages:
        canvas.drawString(40, 300, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_picture_is_a_png_that_only_its_reader_keeps(client, handbook):
    response = client.get(reverse("documents:page_picture", args=[handbook.pk, 2]))

    assert response["Content-Type"] == "image/png"
    assert response.content.startswith(b"\x89PNG")
    assert response["Cache-Control"].startswith("private")


def test_picture_that_the_browser_has_is_not_sent_again(client, handbook):
    url = reverse("documents:page_picture", args=[handbook.pk, 1])
    etag = client.get(url)["ETag"]

    again = client.get(url, headers={"if-none-match": etag})

    assert again.status_code == 304
    assert client.get(url, {"width": 400}, headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize("number", [0, 3])
def test_page_that_the_document_does_not_have_is_not_found(client, handbook, number):
    assert client.get(reverse("documents:page_picture", args=[handbook.pk, number])).status_code == 404


def test_passage_is_found_on_its_page_as_fractions_of_it(client, handbook):
    start = handbook.pages.get(number=2).offset
    query = {"start": start, "end": start + len(SENTENCE)}

    answer = client.get(reverse("documents:page_highlight", args=[handbook.pk]), query).json()

    [box] = answer["boxes"]
    assert answer["page"] == 2
    assert 0.05 < box["x"] < 0.15
    assert 0.2 < box["y"] < 0.3
    assert 0.5 < box["width"] < 0.9


def test_unpaged_formats_have_no_picture(client, alice):
    note = document_row(make_collection("Notes", readers=[alice]), media_type="text/plain")

    assert client.get(reverse("documents:page_picture", args=[note.pk, 1])).status_code == 404
    query = {"start": 0, "end": 4}
    assert client.get(reverse("documents:page_highlight", args=[note.pk]), query).status_code == 404
