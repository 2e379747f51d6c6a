"""The page on which staff watch ingestion, and trying again all that failed for one reason."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import failed, liveness
from documents.failures import FailureCode
from documents.liveness import Crew, Lookout, Worker
from documents.models import Document, Heartbeat, IndexJob
from tests.documents.rows import document_row, job_row, set_row
from tests.factories import make_collection, make_user

pytestmark = pytest.mark.django_db
URL = reverse("documents:ingestion")


@pytest.fixture
def staff(client):
    staff = make_user("staff", staff=True)
    client.force_login(staff)
    return staff


@pytest.fixture
def shelf(staff):
    return make_collection("Handbook")


@pytest.fixture(autouse=True)
def crew(monkeypatch):
    """Two threads in one worker, unless a test asks for others."""

    def stand_by(crew):
        monkeypatch.setattr(liveness, "lookout", Lookout(lambda: crew))

    stand_by(Crew(True, (Worker("reader", 7, 2),)))
    return stand_by


def failed_document(shelf, code=FailureCode.DAMAGED, **values):
    document = document_row(shelf, state=Document.State.FAILED, error_code=code, **values)
    job = job_row(document, state=IndexJob.State.FAILED, error_code=code, finished_at=timezone.now(), tries=1)
    return document, job


def running_job(shelf, title="Travel rules", **values):
    document = document_row(shelf, title=title, state=Document.State.INDEXING)
    moment = timezone.now()
    begun = {"started_at": moment, "lease_until": moment + timedelta(minutes=1), "worker": "reader:7:1.00", "tries": 2}
    return job_row(document, **{"state": IndexJob.State.RUNNING, **begun, **values})


def watch(client):
    return client.get(URL).context["watch"]


def shown(client):
    return client.get(URL).content.decode()


def test_only_staff_know_of_the_page(client, shelf):
    document, _job = failed_document(shelf)
    client.force_login(make_user("alice"))

    assert client.get(URL).status_code == 404
    assert client.post(reverse("documents:ingestion_retry", args=["damaged"])).status_code == 404
    assert URL not in client.get(reverse("documents:collection_list")).content.decode()
    document.refresh_from_db()
    assert document.state == Document.State.FAILED


def test_collections_page_and_navigation_lead_staff_there(client, shelf):
    assert client.get(reverse("documents:collection_list")).content.decode().count(f'href="{URL}"') == 2
    assert f'href="{URL}" aria-current="page"' in shown(client)


def test_portal_at_rest_says_so(client, staff):
    page = shown(client)

    assert "No document was finished within the last hour." in page
    assert "the queue is empty" in page
    assert "Failed, by reason" not in page


def test_last_hour_is_drawn_and_told_in_numbers(client, shelf):
    moment = timezone.now()
    for minutes in (1, 1, 1, 30):
        done = job_row(document_row(shelf), state=IndexJob.State.DONE)
        set_row(done, finished_at=moment - timedelta(minutes=minutes))
    failed_document(shelf)
    long_ago = job_row(document_row(shelf), state=IndexJob.State.DONE)
    set_row(long_ago, finished_at=moment - timedelta(minutes=61))

    hour = watch(client).hour

    assert (hour.total, hour.failed, hour.busiest.total) == (5, 1, 3)
    assert [(bar.minute.done, bar.minute.failed) for bar in hour.bars] == [(1, 0), (3, 0), (0, 1)]
    assert all(0 <= bar.failed_y <= bar.done_y <= hour.height for bar in hour.bars)
    assert "5 in all, 1 of them failed; at most 3 in one minute" in shown(client)


def test_pace_counts_what_ended_in_the_last_minutes(client, shelf):
    for seconds in range(0, 120, 10):
        done = job_row(document_row(shelf), state=IndexJob.State.DONE)
        set_row(done, finished_at=timezone.now() - timedelta(seconds=seconds))
    job_row(document_row(shelf, state=Document.State.WAITING))

    pace = watch(client).pace

    assert round(pace.per_minute) in (6, 7)
    assert (pace.in_progress, pace.minutes_left) == (1, 1)


def test_what_runs_is_shown_with_stage_worker_and_attempt(client, shelf):
    running_job(shelf, stage=IndexJob.Stage.EMBED, progress_done=64, progress_total=200)
    page = shown(client)

    [row] = watch(client).running

    assert (row.progress.label, row.progress.detail, row.worker) == ("Computing vectors", "64 of 200", "reader:7")
    assert "Computing vectors: 1" in page
    assert 'data-before="attempt">2</td>' in page
    assert [one.job.document.title for one in watch(client).hands[0].jobs] == ["Travel rules"]


def test_oldest_waiting_document_says_why_it_waits(client, shelf, crew):
    crew(Crew(broker_answers=True))
    oldest = job_row(document_row(shelf, title="First in", state=Document.State.WAITING))
    set_row(oldest, created_at=timezone.now() - timedelta(hours=1))
    job_row(document_row(shelf, state=Document.State.WAITING))

    page = shown(client)

    assert watch(client).backlog.oldest == oldest
    assert "No worker answers, so nothing is being read." in page
    assert "Start a worker" in page


def test_same_words_stand_in_the_library(client, shelf, crew):
    crew(Crew(broker_answers=True))
    liveness.lookout.crew()
    document = document_row(shelf, state=Document.State.WAITING)
    job_row(document)

    for url in (shelf.get_absolute_url(), document.get_absolute_url()):
        assert "waits: no worker is running" in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("answer", "alert"),
    [
        (Crew(broker_answers=False), "The message broker (Redis) does not answer"),
        (Crew(broker_answers=True), "No worker answers"),
        (Crew(True, (Worker("reader", 7, 1),)), "The process that wakes the upkeep (beat) is silent"),
    ],
)
def test_what_stops_all_work_is_an_alert(client, staff, crew, answer, alert):
    crew(answer)

    assert alert in "".join(words.reason for words in watch(client).alerts)


def test_clock_that_beats_is_no_alert(client, staff):
    liveness.beat()
    assert watch(client).alerts == []

    Heartbeat.objects.update(beaten_at=timezone.now() - timedelta(minutes=3))
    assert len(watch(client).alerts) == 1


def test_upkeep_may_wait_while_all_workers_are_busy(client, shelf):
    running_job(shelf)
    running_job(shelf)

    assert watch(client).alerts == []


def test_failures_are_grouped_by_reason(client, shelf):
    other = make_collection("Contracts")
    for number in range(7):
        failed_document(shelf, title=f"Broken {number}")
    failed_document(other)
    failed_document(other, FailureCode.ENCRYPTED)

    groups = watch(client).failures

    assert [(group.code, group.count) for group in groups] == [("damaged", 8), ("encrypted", 1)]
    assert [(shelf.collection.name, shelf.count) for shelf in groups[0].shelves] == [("Handbook", 7), ("Contracts", 1)]
    assert len(groups[0].first) == failed.SHOWN
    assert "The file is damaged" in shown(client)


def test_all_failures_of_a_reason_are_one_click_away(client, shelf):
    failed_document(shelf, title="Broken")
    failed_document(shelf, FailureCode.ENCRYPTED, title="Locked")
    url = f"{shelf.get_absolute_url()}?state=failed&amp;reason=damaged"

    assert url in shown(client)
    rows = client.get(url.replace("&amp;", "&")).context["library"].rows
    assert [row.document.title for row in rows] == ["Broken"]


def test_all_documents_of_one_reason_are_tried_again(client, shelf):
    again = [failed_document(shelf) for _number in range(2)]
    other, _job = failed_document(shelf, FailureCode.ENCRYPTED)

    response = client.post(reverse("documents:ingestion_retry", args=["damaged"]), follow=True)

    for document, job in again:
        document.refresh_from_db()
        job.refresh_from_db()
        assert (document.state, document.error_code) == ("waiting", "")
        assert (job.state, job.tries) == ("queued", 0)
    other.refresh_from_db()
    assert other.state == Document.State.FAILED
    assert "2 documents are being read again." in response.content.decode()


def test_many_are_tried_again_in_bearable_portions(client, shelf, monkeypatch):
    monkeypatch.setattr(failed, "RETRIES_AT_ONCE", 2)
    for _number in range(3):
        failed_document(shelf)

    page = client.post(reverse("documents:ingestion_retry", args=["damaged"]), follow=True).content.decode()

    assert "2 documents are being read again." in page
    assert "1 more failed for the same reason" in page


def test_measurements_are_not_shown(client, staff):
    scratch = make_collection("Measured", is_scratch=True)
    failed_document(scratch)
    running_job(scratch)

    seen = watch(client)

    assert (seen.failures, seen.running, seen.pace.total) == ([], [], 0)


def test_page_renews_itself_in_place(client, staff):
    fragment = client.get(URL, headers={"HX-Request": "true"}).content.decode()

    assert fragment.lstrip().startswith('<div class="watch" id="ingestion" hx-get=')
    assert "<html" not in fragment
    assert "every 10s" in fragment
