"""What staff see of the trust in the model: figures with their evidence, what changed since, and measuring again."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import index
from documents.models import Generation
from search import calibration, probes, tasks
from search.trust_report import report_of
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows, random_units

pytestmark = pytest.mark.django_db

ENGLISH = [
    "Every employee receives fifteen days of annual leave in a calendar year.",
    "The remote access gateway is maintained on Tuesday nights after ten.",
    "Travel expenses are paid within ten days after the claim was approved.",
    "Visitors wear a yellow badge and are accompanied on the factory floor.",
]


@pytest.fixture
def admin():
    return make_user("admin", staff=True)


@pytest.fixture
def generation():
    return Generation.objects.active()


@pytest.fixture
def measured(generation):
    """A library whose vectors mean nothing, measured."""
    texts = [f"{ENGLISH[number % 4]} Case number {number} of the collection." for number in range(24)]
    document = indexed_rows(make_collection(), texts, vectors=random_units(24, seed=2), title="Case book")
    calibration.calibrate(generation)
    generation.refresh_from_db()
    return document


def page_of(client, person, **headers):
    client.force_login(person)
    response = client.get(reverse("search:trust"), headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_page_shows_figures_and_examples(client, admin, generation, measured):
    page = page_of(client, admin)

    (language,) = report_of(generation, admin).languages
    assert sum(bar.count for bar in language.bars) == 24
    assert len(language.cases) == 10
    probed = {probe.text for probe in probes.probes(generation, "en")}
    assert {case.asked for case in language.cases} <= probed
    assert f"{language.trust_percent} %" in page
    assert "hardly knows it" in page
    assert "Case book" in page
    assert "Came first instead" in page
    assert "style=" not in page


@pytest.mark.parametrize(("trust", "vectors"), [(1.0, 60), (0.5, 30), (0.0, 0)])
def test_weight_of_the_vectors_is_six_tenths_of_the_trust(admin, generation, trust, vectors):
    generation.calibration = {"en": trust}

    (language,) = report_of(generation, admin).languages

    assert (language.vectors_percent, language.words_percent) == (vectors, 100 - vectors)


def test_what_came_or_went_since_is_told(admin, generation, measured):
    other = indexed_rows(make_collection("Other"), ENGLISH[:3], vectors=random_units(3, seed=3))
    index.remove(other, generation)
    generation.refresh_from_db()

    assert report_of(generation, admin).changed_percent == 25


def test_examples_of_what_was_deleted_are_not_shown(client, admin, generation, measured):
    index.remove(measured, generation)
    generation.refresh_from_db()

    (language,) = report_of(generation, admin).languages

    assert (language.cases, language.lost) == ((), 10)
    kept = set(re.findall(r"[a-z]+", str(generation.calibration_evidence)))
    assert kept.isdisjoint(" ".join(ENGLISH).split())
    assert "Case number" not in page_of(client, admin)


def test_figures_of_an_older_portal_are_shown_without_evidence(client, admin, generation):
    Generation.objects.update(calibration={"ko": 0.1}, calibrated_at=timezone.now())

    assert "10 %" in page_of(client, admin)


def test_button_asks_for_a_measurement_and_the_page_waits_for_it(client, admin, generation, measured, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.calibrate_generations, "apply_async", lambda **options: sent.append(options))
    client.force_login(admin)

    client.post(reverse("search:trust_measure"))

    assert len(sent) == 1
    assert 'hx-trigger="every 3s"' in page_of(client, admin)
    calibration.calibrate_due()
    assert "hx-trigger" not in page_of(client, admin, HX_Request="true")


def test_broker_that_does_not_answer_loses_no_wish(client, admin, generation, measured, monkeypatch):
    def refuse(**_options):
        raise OSError("no broker")

    monkeypatch.setattr(tasks.calibrate_generations, "apply_async", refuse)
    client.force_login(admin)

    assert client.post(reverse("search:trust_measure")).status_code == 302

    generation.refresh_from_db()
    assert calibration.needs_calibration(generation)


def test_empty_library_is_told_what_will_happen(client, admin):
    page = page_of(client, admin)

    assert "No searchable documents yet" in page
    assert "Measure again" not in page


def test_library_that_is_not_measured_yet_says_so(client, admin):
    indexed_rows(make_collection(), ENGLISH)

    assert "Not measured yet" in page_of(client, admin)


def test_library_without_sentences_says_so(client, admin, generation):
    indexed_rows(make_collection(), ["Total 15"])
    calibration.calibrate(generation)

    assert "Nothing to measure with" in page_of(client, admin)
