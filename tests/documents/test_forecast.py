"""Forecasts: what a release takes is counted and measured before it is begun, and comes true."""

import random
import time

import pytest
from django.db import connection

from documents import generations, liveness
from documents.generations import Plan
from documents.liveness import Crew, Lookout, Worker
from documents.models import Document, Generation, Page, Term
from documents.releases import completion, estimates, forecast, sampling, shadow, sizes
from documents.releases.estimates import Estimate, Stratum
from documents.releases.forecast import Forecast
from tests.documents.released import begun, computed, in_library, work_off
from tests.documents.rows import document_row
from tests.factories import make_collection
from tests.index_rows import indexed_rows, random_units
from tests.tiny_models import tiny_model, tiny_row

WORDS = (  # noqa: SIM905 - shorter than a list
    "leave travel budget invoice safety meeting contract payment office report project server train number"
).split()


def prose(sentences, seed):
    draw = random.Random(seed)
    return " ".join(" ".join(draw.choices(WORDS, k=draw.randint(6, 14))).capitalize() + "." for _ in range(sentences))


def shelf_of(lengths):
    """Documents that were read, with so many sentences each; no job waits."""
    shelf = make_collection()
    for seed, sentences in enumerate(lengths):
        document = document_row(shelf, media_type="text/plain", page_count=1)
        Page.objects.create(document=document, number=1, text=prose(sentences, seed), offset=0)
    return shelf


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """No worker: the work is done by one thread."""
    monkeypatch.setattr(liveness, "lookout", Lookout(lambda: Crew(broker_answers=True)))


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def tiny(db, tiny_folder):
    return Plan(tiny_row(tiny_folder), window_tokens=64, overlap_tokens=9)


def test_all_of_a_population_is_no_estimate():
    strata = [Stratum(3, [(10, 1), (20, 2), (40, 5)])]

    assert estimates.total(strata, known=70) == Estimate(8.0, 0.0)


def test_total_goes_with_what_is_known_of_those_that_were_not_looked_at():
    strata = [Stratum(100, [(10, 1), (10, 1)]), Stratum(10, [(100, 10), (100, 12)])]

    found = estimates.total(strata, known=2_000)

    assert found.value == pytest.approx(210)
    # By hand: 1.96 · sqrt(10² · 0.8 · 2 / 2) of the second stratum; the first does not vary.
    assert found.error == pytest.approx(17.5, abs=0.1)


def test_interval_holds_the_truth_in_19_of_20_samples():
    draw = random.Random(1)
    population = [
        (size, size / 100 + draw.gauss(0, size / 400)) for size in (draw.randint(50, 5000) for _ in range(400))
    ]
    known, truth = (sum(pair[side] for pair in population) for side in (0, 1))

    hits = 0
    for _trial in range(200):
        found = estimates.total([Stratum(400, draw.sample(population, 40))], known)
        hits += abs(found.value - truth) <= found.error

    assert 180 <= hits <= 199


def test_nothing_is_no_division_by_zero():
    assert estimates.total([], known=0) == Estimate(0.0)
    assert estimates.rate([]) == Estimate(0.0)
    assert Estimate(0.0).relative_error == 0


@pytest.mark.django_db
def test_library_without_text_needs_nothing(tiny):
    document_row(make_collection(), state=Document.State.WAITING)

    told = forecast.forecast(tiny)

    assert (told.documents, told.unread, told.windows, told.seconds) == (0, 1, 0, 0.0)


@pytest.mark.django_db
def test_small_library_is_counted_whole(tiny):
    shelf_of([1, 30, 5])
    document_row(make_collection("Old"), state=Document.State.SUPERSEDED)

    sample = sampling.sample(tiny)

    assert (sample.documents, len(sample.all)) == (3, 3)
    assert sample.total(lambda one: len(one.passages)).error == 0
    assert all(one.truncated == 0 or one.passages for one in sample.all)


@pytest.mark.django_db
def test_large_library_is_estimated_from_documents_of_all_sizes(tiny, monkeypatch):
    lengths = [3] * 60 + [12] * 20 + [60] * 5
    shelf_of(lengths)
    truth = sum(len(one.passages) for one in sampling.sample(tiny).all)
    monkeypatch.setattr(sampling, "MOST_DOCUMENTS", 30)

    sample = sampling.sample(tiny)
    found = sample.total(lambda one: len(one.passages))

    assert len(sample.all) == 30
    assert min(len(one.passages) for one in sample.all) <= 3
    assert max(len(one.passages) for one in sample.all) >= 20
    assert found.error > 0
    assert abs(found.value - truth) <= max(2 * found.error, 0.1 * truth)


@pytest.mark.django_db
def test_same_windows_of_the_same_model_are_foretold_as_copied():
    in_library(make_collection(), prose(20, 1), prose(2, 2))
    plan = Plan(Generation.objects.active().model)

    told = forecast.forecast(plan)

    assert told.copied_share == 1
    assert forecast.forecast(Plan(plan.model, window_tokens=64, overlap_tokens=9)).copied_share < 0.5


@pytest.mark.django_db
def test_tokens_cost_what_the_catalogue_says(tiny):
    shelf_of([10])
    tiny.model.price_per_million_tokens = 2_000

    told = forecast.forecast(tiny)

    assert told.money == pytest.approx(told.tokens * 0.002, abs=0.001)


@pytest.mark.django_db
def test_longer_windows_than_the_model_takes_are_told(tiny):
    shelf_of([40])

    assert forecast.forecast(Plan(tiny.model, window_tokens=256, overlap_tokens=38)).truncated_share > 0.5
    assert forecast.forecast(Plan(tiny.model, window_tokens=32, overlap_tokens=4)).truncated_share == 0


@pytest.mark.django_db
def test_probe_leaves_nothing_behind(tiny):
    shelf_of([5, 5])
    before = Generation.objects.values_list("pk", "chunk_count")

    told = forecast.forecast(tiny)

    assert told.probed_windows == told.windows
    assert list(Generation.objects.values_list("pk", "chunk_count")) == list(before)
    assert not Term.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'documents_chunk_g%%' AND relkind = 'r'")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_shadow_index_is_written_like_the_real_one(tiny):
    shelf = make_collection()
    with shadow.shadow_index(tiny) as generation:
        indexed_rows(shelf, ["leave", "travel"], generation=Generation.objects.get(pk=generation.pk),
                     vectors=random_units(2, 1, dimensions=32), document=document_row(shelf))  # fmt: skip
        assert shadow.table_bytes(generation) > 0

    assert not Term.objects.exists()
    assert Generation.objects.filter(is_scratch=True).count() == 0


@pytest.mark.django_db
def test_forecast_survives_being_stored(tiny):
    shelf_of([3])
    told = forecast.forecast(tiny)

    assert Forecast.from_json(told.as_json() | {"of_a_later_version": 1}) == told
    assert Forecast.from_json({}) is None


def test_threads_of_a_worker_are_probed_together(transactional_db, tiny_folder, monkeypatch):
    monkeypatch.setattr(liveness, "lookout", Lookout(lambda: Crew(True, (Worker("reader", 7, 2),))))
    plan = Plan(tiny_row(tiny_folder), window_tokens=64, overlap_tokens=9)
    shelf_of([6, 6, 6, 6])

    told = forecast.forecast(plan)

    assert (told.threads, told.probed_windows) == (2, told.windows)


def carried_out(plan):
    """A release that is built here, and the seconds that it took."""
    began = time.monotonic()
    generation = begun(plan)
    work_off(computed)
    completion.complete_due()
    generation.refresh_from_db()
    assert generation.state == Generation.State.READY
    return generation, time.monotonic() - began


def held(plan):
    """Forecast and what happened: the generation's windows, its bytes and the seconds that it took."""
    told = forecast.forecast(plan)
    terms = Term.objects.filter(generation=Generation.objects.active()).count()
    generation, seconds = carried_out(plan)
    try:
        # The generation's bytes are without its share of the table of terms.
        size = sizes.bytes_of(generation) + terms * sizes.TERM_BYTES
        return told, generation.chunk_count, size, seconds
    finally:
        # Its vectors would be copied the next time.
        generations.drop(generation)


def shares_of_time(plan, attempts=4):
    """What is counted comes true each time. Time does in one of several: whoever else uses the machine spoils some."""
    seconds = []
    for _attempt in range(attempts):
        told, windows, size, took = held(plan)
        assert abs(windows - told.windows) <= told.windows_error
        assert size == pytest.approx(told.disk_bytes, rel=0.2)
        seconds.append(took / told.seconds)
        if abs(seconds[-1] - 1) <= 0.2:
            break
    return seconds


@pytest.mark.slow
def test_release_with_a_tiny_model_takes_what_was_foretold(transactional_db, tiny_folder):
    model = tiny_row(tiny_folder)
    shelf_of([40] * 60 + [200] * 10)

    shares = shares_of_time(Plan(model, window_tokens=64, overlap_tokens=9))

    assert shares[-1] == pytest.approx(1, abs=0.2), shares


@pytest.mark.slow
def test_release_with_the_bundled_model_takes_what_was_foretold(transactional_db):
    shelf_of([60] * 20 + [12] * 40)

    shares = shares_of_time(Plan(Generation.objects.active().model, window_tokens=128, overlap_tokens=19))

    assert shares[-1] == pytest.approx(1, abs=0.2), shares
