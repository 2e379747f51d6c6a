"""The explaining page shows the library's own figures and a sentence of it, and stands without either."""

import pytest
from django.urls import reverse

from documents.models import EmbeddingModel
from search import explained_drawing
from search.explained import pieces
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db

SENTENCES = [
    "Leave is fifteen days for every employee.",
    "Every employee gets fifteen days of vacation.",
    "The gate of the plant closes at night.",
    "Firmware is tested before each release.",
    "Invoices are paid within thirty days.",
    "Badges are shown at the front desk.",
]


@pytest.fixture
def staff(client):
    client.force_login(make_user("ann", staff=True))
    return client


def test_page_stands_without_documents(staff):
    page = staff.get(reverse("search:models_explained"))

    assert "As soon as documents are searchable" in page.content.decode()


def test_page_has_the_librarys_figures_and_its_own_sentence(staff):
    indexed_rows(make_collection(), SENTENCES, title="Handbook")

    page = staff.get(f"{reverse('search:models_explained')}?example=1").content.decode()

    assert "6 windows × 384 numbers × 2 bytes = 0.0 MB" in page
    assert "Handbook" in page
    assert page.index("fifteen days") < page.index("explained__far")
    fragment = staff.get(reverse("search:models_explained"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "explained__tokens" in fragment


def test_page_stands_when_the_model_cannot_be_loaded(staff):
    indexed_rows(make_collection(), SENTENCES)
    EmbeddingModel.objects.filter(generations__state="active").update(name="/nowhere")

    page = staff.get(f"{reverse('search:models_explained')}?example=1").content.decode()

    assert "cannot be loaded" in page


def test_sentence_is_cut_where_its_tokens_begin():
    assert pieces("연차 휴가", [0, 0, 1, 3]) == ["연", "차 ", "휴가"]
    assert pieces("", []) == []


def test_windows_are_drawn_in_turn_over_the_whole_width():
    bars = explained_drawing.windows_drawing([(100, 200), (180, 300)]).bars

    assert [(bar.x, bar.y, bar.width) for bar in bars] == [(0, 0, 320), (256, 26, 384)]
    assert explained_drawing.windows_drawing([]).bars == ()


def test_near_sentences_lie_nearer_to_the_middle():
    near, far = explained_drawing.around([0.8, 0.1], near=1)

    middle = explained_drawing.HALF
    assert (near.x - middle) ** 2 + (near.y - middle) ** 2 < (far.x - middle) ** 2 + (far.y - middle) ** 2
    assert (near.is_far, far.is_far) == (False, True)


def test_numbers_of_a_vector_are_drawn_by_strength_and_side():
    assert [(cell.strength, cell.is_negative) for cell in explained_drawing.cells([0.1, -0.2])] == [
        (0.5, False),
        (1.0, True),
    ]
