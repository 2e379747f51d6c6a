"""Why a job waits, decided on real rows; the broker of these tests is really not there."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from documents import backlog, liveness
from documents.failures import FailureCode
from documents.liveness import Crew, Lookout, Worker
from documents.models import IndexJob
from documents.situation import situation_now
from documents.waiting import Reason, Situation, Wait, decide, waits, words
from tests.documents.rows import now, set_row, waiting_job

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
TWO_THREADS = Crew(True, (Worker("reader", 7, 2),))


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def situation(**facts):
    moment = timezone.now()
    return Situation(**{"now": moment, "crew": TWO_THREADS, "beaten_at": moment, **facts})


def queued(**values):
    job = waiting_job()
    set_row(job, **values)
    return now(job)


def ago(seconds):
    return timezone.now() - seconds * SECOND


def test_broker_that_is_not_there_is_the_reason():
    job = queued()
    crew = liveness.ask()

    wait = decide(job, situation(crew=crew))

    assert (crew, wait.reason) == (Crew(broker_answers=False), Reason.NO_BROKER)
    assert "message broker (Redis) does not answer" in words(wait).reason


def test_no_worker_is_the_reason_before_all_that_only_workers_could_do():
    job = queued(not_before=ago(-60), error_code=FailureCode.DISK_FULL)

    assert decide(job, situation(crew=Crew(broker_answers=True))).reason == Reason.NO_WORKER


@pytest.mark.parametrize("code", [FailureCode.MODEL_MISSING, FailureCode.MODEL_CHANGED])
@pytest.mark.parametrize("not_before_s", [60, -60])
def test_model_that_is_missing_or_changed_is_named_also_between_two_tries(code, not_before_s):
    wait = decide(queued(error_code=code, not_before=ago(-not_before_s)), situation())

    assert (wait.reason, wait.error_code) == (Reason.MODEL, code)
    assert "embedding model" in words(wait).short
    assert "Install the model" in words(wait).next_step


def test_next_try_tells_when_and_why_the_last_one_failed():
    wait = decide(queued(not_before=ago(-40), error_code=FailureCode.DISK_FULL), situation())

    assert wait.reason == Reason.NOT_BEFORE
    assert words(wait).short == "did not work, tries again in 40 seconds: The disk is full"
    assert "make space" in words(wait).next_step


def test_time_that_has_passed_is_no_reason():
    assert decide(queued(not_before=ago(1), error_code=FailureCode.DISK_FULL), situation()).reason == Reason.NEXT


def test_busy_workers_tell_how_many_documents_are_before_it():
    jobs = [queued() for _number in range(3)]
    busy = situation(running=2, places=situation_now([job.pk for job in jobs], 0).places)

    waits_of = [decide(job, busy) for job in jobs]

    assert [(wait.reason, wait.before, wait.busy) for wait in waits_of] == [(Reason.BUSY, n, 2) for n in range(3)]
    assert words(waits_of[2]).short == "2 documents are before it"
    assert words(waits_of[0]).reason == "All workers are busy with 2 other documents."


def test_queue_leaves_out_what_is_not_due():
    queued(not_before=ago(-60))
    job = queued()

    assert situation_now([job.pk], 0).places == {job.pk: 1}


def test_free_worker_takes_a_new_job_in_a_moment():
    assert decide(queued(), situation(running=1)).reason == Reason.NEXT


def test_lost_message_is_sent_again_within_a_known_time():
    wait = decide(queued(created_at=ago(50), hinted_at=ago(50)), situation())

    assert wait.reason == Reason.MESSAGE_LOST
    assert 38 <= wait.seconds <= 41


def test_lost_message_is_not_sent_again_while_the_clock_stands_still():
    job = queued(created_at=ago(50))

    assert decide(job, situation(beaten_at=None)).reason == Reason.NO_CLOCK
    assert decide(job, situation(beaten_at=ago(121))).reason == Reason.NO_CLOCK
    assert decide(job, situation(beaten_at=ago(100))).reason == Reason.MESSAGE_LOST


def test_job_of_a_worker_that_is_gone_waits_to_be_taken_back():
    job = queued(state=IndexJob.State.RUNNING, lease_until=ago(1))

    assert waits(job, timezone.now())
    assert decide(job, situation()).reason == Reason.WORKER_GONE
    assert not waits(queued(state=IndexJob.State.RUNNING, lease_until=ago(-60)), timezone.now())


def test_document_without_a_job_says_so():
    assert decide(None, situation()).reason == Reason.NO_JOB


def test_nobody_is_accused_before_the_workers_were_asked():
    assert decide(queued(), situation(crew=None)).reason == Reason.NEXT
    assert decide(queued(created_at=ago(3600)), situation(crew=None)).reason == Reason.NEXT


def test_every_reason_has_its_words():
    for reason in Reason:
        told = words(Wait(reason, error_code=FailureCode.MODEL_MISSING))
        assert all((told.short, told.reason, told.next_step)), reason


def test_waiting_jobs_are_grouped_by_reason(monkeypatch):
    monkeypatch.setattr(liveness, "lookout", Lookout(lambda: TWO_THREADS))
    monkeypatch.setattr(backlog, "FRONT", 3)
    for _number in range(5):
        queued()
    for _number in range(2):
        queued(not_before=ago(-60), error_code=FailureCode.DISK_FULL)
    queued(not_before=ago(-60), error_code=FailureCode.MODEL_MISSING)
    queued(state=IndexJob.State.RUNNING, lease_until=ago(1))
    liveness.beat()

    found = backlog.backlog_of(IndexJob.objects.all(), timezone.now(), patience_s=5)

    assert found.count == 9
    counts = {group.words.reason.partition(".")[0]: group.count for group in found.groups}
    assert counts == {
        "A worker takes it in a moment": 2,
        "Other documents are before it": 3,
        "The disk is full": 2,
        "The embedding model is missing": 1,
        "The worker that was reading it has not been heard of for a while": 1,
    }


def test_oldest_job_is_named_with_its_reason(monkeypatch):
    monkeypatch.setattr(liveness, "lookout", Lookout(lambda: Crew(broker_answers=True)))
    queued()
    oldest = queued(created_at=ago(600))

    found = backlog.backlog_of(IndexJob.objects.all(), timezone.now(), patience_s=5)

    assert found.oldest == oldest
    assert found.words.short == "waits: no worker is running"
