"""The pages on which staff foretell, begin, watch, decide and undo a release."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import generations, liveness
from documents.failures import FailureCode
from documents.generations import Plan
from documents.liveness import Crew, Lookout
from documents.models import Document, EmbeddingModel, Generation, IndexJob, PlannedRelease
from documents.releases import planning
from documents.releases.forecast import Forecast
from search import comparison
from search.bench.intervals import Interval
from search.bench.verdicts import Difference
from search.comparison import Comparison
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db
LIST = reverse("search:release_list")


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr(liveness, "lookout", Lookout(lambda: Crew(broker_answers=True)))


@pytest.fixture
def staff(client):
    staff = make_user("staff", staff=True)
    client.force_login(staff)
    return staff


@pytest.fixture
def active(staff):
    """The one that answers, with a document of two passages."""
    indexed_rows(make_collection("Handbook"), ["Annual leave is 15 days.", "It is asked for in writing."])
    return Generation.objects.select_related("model").get(state=Generation.State.ACTIVE)


@pytest.fixture
def building(active):
    generation = generations.create(Plan(active.model, window_tokens=256))
    generation.forecast = Forecast(documents=3, windows=10, seconds=60.0).as_json()
    generation.save()
    return generation


@pytest.fixture
def ready(building):
    for document in Document.objects.all():
        indexed_rows(document.collection, ["Annual leave is 15 days."], generation=building, document=document)
    Generation.objects.filter(pk=building.pk).update(state=Generation.State.READY, built_at=timezone.now())
    generations.create_indexes(building)
    building.refresh_from_db()
    return building


def planned(model, **values):
    sizes = {"window_tokens": 256, "overlap_tokens": 38, "dimensions": 384, "quantisation": "half"}
    return PlannedRelease.objects.create(model=model, **(sizes | values))


def job_in(generation, document, **values):
    return IndexJob.objects.create(generation=generation, document=document, **values)


def page_of(client, name, *args):
    return client.get(reverse(f"search:{name}", args=args)).content.decode()


def step(client, generation, name):
    return client.post(reverse("search:release_step", args=[generation.pk, name]), follow=True).content.decode()


def choose(client, model, **chosen):
    form = {"window": "256", "dimensions": str(model.dimensions), "quantisation": "half"} | chosen
    return client.post(f"{reverse('search:release_new')}?model={model.pk}", form, follow=True)


def test_form_leads_to_a_forecast_that_a_worker_is_asked_for(client, active, django_capture_on_commit_callbacks):
    response = choose(client, active.model)

    plan = PlannedRelease.objects.get()
    assert (plan.window_tokens, plan.overlap_tokens, plan.dimensions) == (256, 38, 384)
    assert response.redirect_chain[-1][0] == reverse("search:release_forecast", args=[plan.pk])
    assert "A worker is asked for the forecast." in response.content.decode()
    assert Generation.objects.count() == 1


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"window": "8"}, "A window of 8 tokens does not suit all-MiniLM-L6-v2."),
        ({"overlap": "200"}, "Windows that overlap by half or more repeat everything."),
        ({"dimensions": "77"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_carried_out_is_said_beside_the_form(client, active, chosen, words):
    response = choose(client, active.model, **chosen)

    assert words in response.content.decode()
    assert not PlannedRelease.objects.exists()


def test_forecast_is_shown_with_its_margins_and_the_release_begun_once(client, active):
    told = Forecast(documents=3, counted_documents=3, windows=120, windows_error=9, tokens=50_000, seconds=250.0)
    plan = planned(active.model, forecast=told.as_json())

    page = page_of(client, "release_forecast", plan.pk)
    for _click in range(2):
        client.post(reverse("search:release_begin", args=[plan.pk]))

    assert "4 min 10 s" in page
    assert "± 9" in page
    begun = Generation.objects.get(state=Generation.State.BUILDING)
    plan.refresh_from_db()
    assert plan.generation == begun
    assert begun.forecast["windows"] == 120
    assert begun.created_by.username == "staff"


def test_second_release_is_refused_in_words(client, building):
    plan = planned(building.model, forecast=Forecast(windows=1, seconds=1.0).as_json())

    response = client.post(reverse("search:release_begin", args=[plan.pk]), follow=True)

    assert f"Generation {building.pk} is being built already." in response.content.decode()
    assert Generation.objects.filter(state=Generation.State.BUILDING).count() == 1


def test_forecast_that_failed_says_why_and_can_be_made_again(client, active):
    plan = planned(active.model, error_code=FailureCode.MODEL_MISSING, error_detail="no such folder")

    assert "The embedding model is missing" in page_of(client, "release_forecast", plan.pk)
    client.post(reverse("search:release_forecast_again", args=[plan.pk]))
    plan.refresh_from_db()
    assert plan.is_open


def test_forecast_that_nobody_takes_up_says_so(client, active):
    plan = planned(active.model)
    PlannedRelease.objects.update(asked_at=timezone.now() - timedelta(minutes=1))

    assert "No worker has taken this up yet." in page_of(client, "release_forecast", plan.pk)


def test_worker_makes_a_forecast_once(active):
    plan = planned(active.model, started_at=timezone.now())

    planning.foretell(plan.pk)

    plan.refresh_from_db()
    assert plan.is_open


def test_model_that_cannot_be_loaded_is_named_in_the_row(active):
    missing = EmbeddingModel.objects.create(
        provider="sentence-transformers", name="/nowhere", dimensions=8, max_tokens=64, licence="open-source"
    )
    plan = planned(missing, dimensions=8)

    planning.foretell(plan.pk)

    plan.refresh_from_db()
    assert plan.error_code == FailureCode.MODEL_MISSING


def test_progress_tells_stage_share_rate_and_time_left(client, building):
    begun = timezone.now() - timedelta(seconds=60)
    done = job_in(building, document_row(make_collection()), state=IndexJob.State.DONE)
    IndexJob.objects.filter(pk=done.pk).update(
        progress_total=5, started_at=begun, finished_at=begun + timedelta(seconds=59)
    )
    job_in(building, document_row(make_collection("Other")))
    Generation.objects.filter(pk=building.pk).update(chunk_count=5)

    page = page_of(client, "release", building.pk)

    assert "1 of 2 documents" in page
    assert "5 of about 10 passages" in page
    assert "5 passages a minute" in page
    assert "1 min" in page
    assert 'hx-trigger="every 2s"' in page


def test_release_is_paused_resumed_and_cancelled(client, building):
    job_in(building, document_row(make_collection()))

    assert "No further document is begun until you resume it" in step(client, building, "pause")
    assert "Documents are cut and embedded." in step(client, building, "resume")
    assert "what it had built is removed" in step(client, building, "cancel")
    building.refresh_from_db()
    assert (building.state, building.built_at) == (Generation.State.RETIRED, None)
    assert "This generation is not being built any more." in step(client, building, "pause")
    assert "cancelled" in page_of(client, "release_list")


def test_documents_that_failed_wait_for_a_decision_that_is_kept(client, staff, building):
    document = document_row(make_collection(), title="Broken plan", state=Document.State.READY)
    failed = {"state": IndexJob.State.FAILED, "error_code": FailureCode.DAMAGED, "finished_at": timezone.now()}
    job_in(building, document, **failed)

    page = page_of(client, "release", building.pk)
    assert "1 document could not be entered" in page
    assert "Broken plan" in page
    assert "Decide below about those that failed." in page

    assert "staff decided at" in step(client, building, "accept")
    building.refresh_from_db()
    assert building.failures_accepted_by == staff


def test_failed_documents_are_tried_again(client, building):
    document = document_row(make_collection())
    job = job_in(building, document, state=IndexJob.State.FAILED, finished_at=timezone.now())

    assert "1 document is tried again." in step(client, building, "retry")
    job.refresh_from_db()
    assert job.state == IndexJob.State.QUEUED


def test_ready_release_answers_after_the_gate_and_one_click_goes_back(client, active, ready):
    gate = page_of(client, "release_activate", ready.pk)
    assert "It has not been compared with the one that answers yet." in gate

    for _click in range(2):
        client.post(reverse("search:release_activate", args=[ready.pk]))
    assert Generation.objects.active() == ready
    assert "This generation answers already." not in page_of(client, "release_list")
    assert f"Release {active.pk} (all-MiniLM-L6-v2) is still there." in page_of(client, "release_notice")
    assert "Go back to this one" in page_of(client, "release_list")

    client.post(reverse("search:release_activate", args=[active.pk]))
    assert Generation.objects.active() == active


def test_worse_release_needs_the_models_name_typed(client, active, ready, monkeypatch):
    figures = {
        "trust": {},
        "costs": {"texts_per_second": 9, "index_bytes": 9, "library_money": 0, "library_seconds": 9},
        "modes": {"hybrid": {"p50_ms": 9}},
    }
    worse = Difference("en-en", Interval(-0.2, -0.3, -0.1), questions=50)
    measured = Comparison(1, None, "all-MiniLM-L6-v2", 50, (worse,), figures, figures)
    monkeypatch.setattr(comparison, "latest", lambda generation: measured)
    url = reverse("search:release_activate", args=[ready.pk])

    page = client.get(url).content.decode()
    refused = client.post(url, {"confirmation": "something"}).content.decode()

    assert "all-MiniLM-L6-v2 is worse on English: -0.20 ± 0.10." in page
    assert "Type “all-MiniLM-L6-v2”" in page
    assert "It was measured as worse" in refused
    assert Generation.objects.active() == active
    client.post(url, {"confirmation": " all-MiniLM-L6-v2 "})
    assert Generation.objects.active() == ready


def test_dropping_frees_the_disk_and_leaves_a_line(client, ready):
    assert "of disk become free" in page_of(client, "release", ready.pk)

    assert "The index of this release is dropped" in step(client, ready, "retire")
    assert "never answered" in page_of(client, "release_list")
    assert "Only a generation that is ready" in step(client, ready, "retire")


def test_the_one_that_answers_cannot_be_dropped(client, active):
    assert "Only a generation that is ready" in step(client, active, "retire")
    assert Generation.objects.active() == active


def test_staff_pages_tell_of_a_release_that_is_being_built(client, building):
    assert "An index with all-MiniLM-L6-v2 is being built" in page_of(client, "release_notice")
    assert reverse("search:release_notice") in page_of(client, "trust")


def test_what_happened_is_shown_beside_what_was_foretold(client, ready):
    held = {"took_s": 66.0, "windows": 12, "copied_share": 0.5, "disk_bytes": 2048}
    ready.forecast |= {"held": held}
    ready.save()

    page = page_of(client, "release", ready.pk)

    assert "1 min 6 s" in page
    assert "+10 %" in page
    assert "+20 %" in page


def test_unknown_step_is_not_found(client, active):
    assert client.post(reverse("search:release_step", args=[active.pk, "explode"])).status_code == 404
