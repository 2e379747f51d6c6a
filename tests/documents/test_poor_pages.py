"""The list of pages that were read badly."""

import pytest
from django.urls import reverse

from documents import poor_pages
from documents.models import Document, Page
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user

pytestmark = pytest.mark.django_db
URL = reverse("documents:poor_pages")


@pytest.fixture
def staff(client):
    staff = make_user("staff", staff=True)
    client.force_login(staff)
    return staff


@pytest.fixture
def shelf(staff):
    return make_collection("Handbook", editors=[staff])


def poor_page(document, number=1, text="", **values):
    return Page.objects.create(document=document, number=number, text=text, offset=0, **{"quality": 0.0, **values})


def listed(client, **query):
    return [(row.page.document.title, row.page.number) for row in client.get(URL, query).context["rows"]]


def reasons(client):
    return [row.reason for row in client.get(URL).context["rows"]]


def test_good_pages_are_not_listed(client, shelf):
    document = document_row(shelf, title="Rules")
    poor_page(document, 1, "Readable text.", quality=1.0)
    poor_page(document, 2, "Recognised text.", quality=0.9, method=Page.Method.OCR, confidence=0.9)

    assert listed(client) == []


def test_each_kind_of_poor_page_says_why(client, shelf):
    document = document_row(shelf, notes=["scanned-pages:1", "unread-pages:4-5, 9"])
    poor_page(document, 1)
    poor_page(document, 2, "\ue000\ue001", quality=0.1)
    poor_page(document, 3, "Guessed text.", quality=0.6, method=Page.Method.OCR, confidence=0.6)
    poor_page(document, 5)

    assert reasons(client) == [
        "It is a picture without text.",
        "Its text is not readable, because the fonts are broken or it is a picture with a few letters.",
        "Text recognition was only 60 % sure.",
        "The page is damaged and could not be read.",
    ]


def test_page_leads_to_its_place_in_the_document(client, shelf):
    document = document_row(shelf)
    poor_page(document, 7)

    assert f'href="{document.get_absolute_url()}?page=7"' in client.get(URL).content.decode()


def test_list_can_be_narrowed_to_a_collection(client, shelf, staff):
    other = make_collection("Contracts", editors=[staff])
    poor_page(document_row(shelf, title="Rules"))
    poor_page(document_row(other, title="Lease"))

    assert listed(client) == [("Lease", 1), ("Rules", 1)]
    assert listed(client, collection=shelf.pk) == [("Rules", 1)]
    assert listed(client, collection="nonsense") == [("Lease", 1), ("Rules", 1)]


def test_long_list_has_pages(client, shelf, monkeypatch):
    monkeypatch.setattr(poor_pages, "ROWS", 2)
    document = document_row(shelf, title="Rules")
    for number in (1, 2, 3):
        poor_page(document, number)

    assert listed(client, page=2) == [("Rules", 3)]
    assert listed(client, page=99) == [("Rules", 3)]


def test_replaced_documents_are_not_listed(client, shelf):
    new = document_row(shelf)
    poor_page(document_row(shelf, state=Document.State.SUPERSEDED, superseded_by=new))
    poor_page(document_row(shelf, state=Document.State.SUPERSEDED))

    assert listed(client) == []


def test_collections_page_leads_staff_to_the_list(client, shelf):
    make_collection("Other", readers=[bob := make_user("bob")])

    assert URL in client.get(reverse("documents:collection_list")).content.decode()
    client.force_login(bob)
    assert URL not in client.get(reverse("documents:collection_list")).content.decode()
