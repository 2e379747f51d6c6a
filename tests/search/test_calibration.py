"""How far the model is trusted: measured on the library's own text, in 0..1, language by language."""

import random

import pytest

from documents import generations, index
from documents.generations import Plan
from documents.models import EmbeddingModel, Generation
from search import calibration, evidence
from search.probes import half_of
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
    return calibration.embedder_of(generation).embed_passages(texts)


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
    ("chunks", "changes", "measured", "at_change", "is_due"),
    [
        (0, 0, 0, 0, False),
        (1, 1, 0, 0, True),
        (100, 100, 100, 100, False),
        (119, 119, 100, 100, False),
        (121, 121, 100, 100, True),
        (79, 121, 100, 100, True),
        # As many as before, but eleven of them others.
        (100, 122, 100, 100, True),
        (0, 200, 100, 100, False),
    ],
)
def test_generation_that_has_changed_much_is_measured_anew(chunks, changes, measured, at_change, is_due):
    generation = Generation(
        model=EmbeddingModel(),
        chunk_count=chunks,
        content_changes=changes,
        calibrated_chunks=measured,
        calibrated_changes=at_change,
    )

    assert calibration.needs_calibration(generation) is is_due


def test_replaced_content_of_the_same_size_is_measured_anew(generation):
    document = shelve(ENGLISH, embedded(generation, ENGLISH))
    calibration.calibrate_due()
    index.remove(document, generation)
    shelve(KOREAN + ENGLISH[:2], embedded(generation, KOREAN + ENGLISH[:2]))

    calibration.calibrate_due()

    generation.refresh_from_db()
    assert generation.chunk_count == 4
    assert set(generation.calibration) == {"en", "ko"}


def test_what_somebody_has_asked_for_is_measured_once(generation):
    shelve(ENGLISH, embedded(generation, ENGLISH))
    calibration.calibrate_due()
    generation.refresh_from_db()
    Generation.objects.update(calibration_asked_at=generation.calibrated_at)
    calibration.calibrate_due()
    asked_at = generation.calibrated_at
    generation.refresh_from_db()

    assert generation.calibrated_at > asked_at
    assert generation.calibration_asked_at is None
    assert not calibration.needs_calibration(generation)


def test_evidence_says_what_was_asked_and_what_came_back(generation):
    texts = [f"{ENGLISH[number % 4]} Case number {number} of the collection." for number in range(40)]
    shelve(texts, random_units(40, seed=2))
    calibration.calibrate(generation)
    generation.refresh_from_db()

    found = evidence.recalled(generation.calibration_evidence["en"])

    assert found.probes == sum(found.bars) == 40
    assert found.share_first <= found.share_in_ten < 1
    assert len(found.examples) == 10
    ranks = [example.rank for example in found.examples]
    assert ranks == sorted(ranks)
    assert all(example.instead not in (None, example.chunk_id) for example in found.examples if example.rank > 1)


def test_finding_the_copy_of_a_passage_is_no_failure(generation):
    shelve(ENGLISH, embedded(generation, ENGLISH))
    for name in ("one", "two", "three"):
        indexed_rows(make_collection(name), ENGLISH, vectors=embedded(generation, ENGLISH))
    calibration.calibrate(generation)
    generation.refresh_from_db()

    assert evidence.recalled(generation.calibration_evidence["en"]).share_first == 1


def test_due_generations_are_measured_once(generation):
    shelve(ENGLISH, embedded(generation, ENGLISH))
    calibration.calibrate_due()
    generation.refresh_from_db()
    first = generation.calibrated_at

    calibration.calibrate_due()

    generation.refresh_from_db()
    assert generation.calibrated_at == first


def test_scratch_generations_are_not_measured_by_the_clock():
    scratch = generations.create(Plan(Generation.objects.active().model), is_scratch=True)
    Generation.objects.filter(pk=scratch.pk).update(chunk_count=5)

    calibration.calibrate_due()

    scratch.refresh_from_db()
    assert scratch.calibrated_at is None


def test_half_of_a_sentence_is_half_of_its_words_in_order():
    words = [f"w{number}" for number in range(11)]

    kept = half_of(" ".join(words), random.Random(1)).split()

    assert len(kept) == 5
    assert kept == [word for word in words if word in kept]
