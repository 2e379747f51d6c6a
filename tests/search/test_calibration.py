"""How far the model is trusted: measured on the library's own text, in 0..1, language by language."""

import random

import pytest

from documents import generations
from documents.models import EmbeddingModel, Generation
from search import calibration
from tests.factories import make_collection
from tests.index_rows import indexed_rows, random_units

pytestmark = pytest.mark.django_db

ENGLISH = [
    "Every employee receives fifteen days of annual leave in a calendar year.",
    "The remote access gateway is maintained on Tuesday nights after ten.",
    "Travel expenses are paid within ten days after the claim was approved.",
    "Visitors wear a yellow badge and are accompanied on the factory floor.",
]
KOREAN = [
    "모든 직원은 한 해에 연차 휴가 열다섯 날을 받을 수 있습니다.",
    "출장비는 귀환 후 열흘 안에 법인카드 영수증과 함께 정산해야 합니다.",
]


@pytest.fixture
def generation():
    return Generation.objects.active()


def shelve(texts, vectors=None):
    return indexed_rows(make_collection(f"Shelf {texts[0]}"), texts, vectors=vectors)


def embedded(generation, texts):
    return calibration.embedder_for(generation.model).embed_passages(texts)


def test_figures_are_shares_and_are_kept(generation):
    shelve(ENGLISH + KOREAN, embedded(generation, ENGLISH + KOREAN))
    generation.refresh_from_db()

    figures = calibration.calibrate(generation)

    generation.refresh_from_db()
    assert generation.calibration == figures
    assert set(figures) == {"en", "ko"}
    assert all(0 <= figure <= 1 for figure in figures.values())
    assert figures["en"] > 0.8
    assert generation.calibrated_chunks == 6
    assert generation.calibrated_at


def test_measuring_twice_gives_the_same_figures(generation):
    shelve(ENGLISH, embedded(generation, ENGLISH))

    assert calibration.calibrate(generation) == calibration.calibrate(generation)


def test_vectors_that_mean_nothing_are_not_trusted(generation):
    texts = [f"{ENGLISH[number % 4]} Case number {number} of the collection." for number in range(120)]
    shelve(texts, random_units(120, seed=2))

    assert calibration.calibrate(generation)["en"] < 0.2


def test_text_without_sentences_measures_nothing(generation):
    shelve(["Total 15", "Sum"])

    assert calibration.calibrate(generation) == {}


@pytest.mark.parametrize(
    ("figures", "query", "chunk", "trust"),
    [
        ({"en": 0.9, "ko": 0.1}, "en", "en", 0.9),
        ({"en": 0.9, "ko": 0.1}, "ko", "ko", 0.1),
        ({"en": 0.9, "ko": 0.1}, "ko", "en", 0.1),
        ({"en": 0.9, "ko": 0.1}, "en", "ko", 0.1),
        ({"en": 0.9}, "ko", "en", 0.0),
        ({}, "en", "en", 1.0),
        ({}, "ko", "ko", 0.0),
    ],
)
def test_trust_is_the_lower_of_both_sides(generation, figures, query, chunk, trust):
    generation.calibration = figures

    assert calibration.trust(generation, query)(chunk) == trust


@pytest.mark.parametrize(
    ("chunks", "measured", "is_due"),
    [
        (0, 0, False),
        (1, 0, True),
        (100, 100, False),
        (119, 100, False),
        (121, 100, True),
        (79, 100, True),
        (0, 100, False),
    ],
)
def test_generation_that_has_changed_much_is_measured_anew(chunks, measured, is_due):
    generation = Generation(chunk_count=chunks, calibrated_chunks=measured)

    assert calibration.needs_calibration(generation) is is_due


def test_due_generations_are_measured_once(generation):
    shelve(ENGLISH, embedded(generation, ENGLISH))
    calibration.calibrate_due()
    generation.refresh_from_db()
    first = generation.calibrated_at

    calibration.calibrate_due()

    generation.refresh_from_db()
    assert generation.calibrated_at == first


def test_scratch_generations_are_not_measured_by_the_clock():
    scratch = generations.create(EmbeddingModel.objects.get(), is_scratch=True)
    Generation.objects.filter(pk=scratch.pk).update(chunk_count=5)

    calibration.calibrate_due()

    scratch.refresh_from_db()
    assert scratch.calibrated_at is None


def test_half_of_a_sentence_is_half_of_its_words_in_order():
    words = [f"w{number}" for number in range(11)]

    kept = calibration.half_of(" ".join(words), random.Random(1)).split()

    assert len(kept) == 5
    assert kept == [word for word in words if word in kept]
