"""The list of the desk as a file that a spreadsheet opens without running anything in it."""

import csv
import io

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.urls import reverse

from chat.review import reviews
from chat.review.reviews import Opinion
from tests.documents.rows import document_row
from tests.factories import make_answer, make_citation, make_collection, make_user, source_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_user("ann", staff=True)


def exported(person, **filters):
    """The bytes, and the rows without their head."""
    client = AsyncClient()
    client.force_login(person)

    async def fetch():
        response = await client.get(reverse("chat:review_export"), filters)
        return b"".join([piece async for piece in response.streaming_content])

    content = async_to_sync(fetch)()
    return content, list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_each_opinion_is_a_row(ann):
    answer = make_answer(ann, "=1+1", "Fine [1].")
    citation = make_citation(answer, document_row(make_collection()))
    reviews.record(answer, ann, Opinion("wrong", {citation.pk: "partly"}, "+49 is old"))
    reviews.record(answer, make_user("ben", staff=True), Opinion("good"))

    content, rows = exported(ann, status="all")

    assert content.startswith("\ufeff".encode())
    assert [(row["Reviewer"], row["Verdict"]) for row in rows] == [("ann", "Wrong"), ("ben", "Good")]
    assert rows[0]["Question"] == "'=1+1"
    assert rows[0]["Note"] == "'+49 is old"
    assert rows[0]["Verdicts on citations"] == "[1] Supports partly"


def test_filters_are_respected(ann):
    make_answer(ann, "Refused?", "")
    make_answer(ann, "Answered?", "Fine.")

    assert [row["Question"] for row in exported(ann, reason="refused")[1]] == ["Refused?"]


def test_what_the_reader_may_not_see_is_not_in_it(ann):
    shelf = make_collection()
    document = document_row(shelf)
    answer = make_answer(ann, "Secret?", "The code is 1234 [1].", passages=[source_of(document)])
    make_citation(answer, document, "The code is 1234.")
    shelf.delete()

    content, rows = exported(ann)

    assert len(rows) == 1
    assert "1234" not in content.decode()
