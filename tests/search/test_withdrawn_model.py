"""A model that was withdrawn leaves the search by words, says so, and tells staff what to do."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.models import EmbeddingModel, Generation
from search.calibration import needs_calibration
from search.retrieval import find_passages
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db

TEXTS = ["Annual leave is fifteen days.", "The gateway was restarted."]


@pytest.fixture
def reader():
    return make_user("bob")


@pytest.fixture(params=[{"retires_on": date(2026, 1, 1)}, {"withdrawn_at": timezone.now()}], ids=["past", "gone"])
def library(request, reader):
    collection = make_collection(readers=[reader])
    indexed_rows(collection, TEXTS)
    EmbeddingModel.objects.filter(pk=Generation.objects.active().model_id).update(**request.param)
    return collection


def test_search_goes_on_by_words(library, reader):
    found = find_passages("annual leave", reader, limit=10)

    assert [hit.text for hit in found.hits] == TEXTS[:1]
    assert found.degraded == "semantic"


def test_what_came_in_since_is_found_too(library, reader):
    bare = document_row(library, chunk_count=1)
    indexed_rows(library, ["Parental leave is one year."], document=bare, vectors=[None])

    assert {hit.text for hit in find_passages("leave", reader, limit=10).hits} == {
        TEXTS[0],
        "Parental leave is one year.",
    }


def test_chunks_without_a_vector_take_no_place_when_the_model_is_back(library, reader):
    indexed_rows(library, ["Parental leave is one year."], vectors=[None])
    EmbeddingModel.objects.update(retires_on=None, withdrawn_at=None)

    found = find_passages("leave", reader, mode="semantic", limit=10)

    assert {hit.text for hit in found.hits} == set(TEXTS)
    assert found.degraded == ""


@pytest.mark.parametrize("is_staff", [False, True])
def test_page_says_so_and_leads_staff_to_what_can_be_done(library, client, reader, is_staff):
    person = make_user("admin", staff=True) if is_staff else reader
    client.force_login(person)

    html = client.get(reverse("search:results"), {"q": "annual leave"}).content.decode()

    assert "was withdrawn, so these passages were found by their words alone" in html
    assert ("What to do</a>" in html) == is_staff


def test_it_is_not_measured_any_more(library):
    generation = Generation.objects.active()

    assert not needs_calibration(generation)
