"""Claims, leases and outcomes of index jobs, by the database's own clock."""

import errno
import os
import threading
from datetime import timedelta

import pytest
from django.db import DataError, InterfaceError, OperationalError, connection
from django.db.models.functions import Now

from documents import indexing, jobs, reconciling
from documents.failure_codes import FailureCode, IndexingFailure
from documents.jobs import LeaseLost, outcome_recorded
from documents.models import Document, IndexJob
from documents.tasks import run_job
from tests.documents.rows import let_lease_end, now, set_row, waiting_job
from tests.factories import accepted_document, make_collection

STAGE = IndexJob.Stage.EMBED


@pytest.fixture
def job(db):
    return waiting_job()


def end_with(claim, error):
    with outcome_recorded(claim):
        raise error


def test_claim_takes_a_queued_job(job):
    claim = jobs.claim(job.pk)

    assert (claim.job_id, claim.attempt, claim.document_id) == (job.pk, 1, job.document_id)
    assert (now(job).state, job.tries, job.worker.split(":")[1]) == (IndexJob.State.RUNNING, 1, str(os.getpid()))


def test_only_one_of_many_workers_gets_a_job(transactional_db):
    job, claims, start = waiting_job(), [], threading.Barrier(8)

    def work():
        start.wait()
        claims.append(jobs.claim(job.pk))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(claims) == 8
    assert len([claim for claim in claims if claim]) == 1
    assert now(job).attempt == 1


@pytest.mark.parametrize("state", [IndexJob.State.DONE, IndexJob.State.FAILED])
def test_finished_job_is_not_claimed(job, state):
    set_row(job, state=state)

    assert jobs.claim(job.pk) is None


def test_job_that_is_gone_is_not_claimed(job):
    job.delete()

    assert jobs.claim(job.pk) is None


def test_running_job_is_claimed_only_when_its_lease_has_ended(job):
    first = jobs.claim(job.pk)
    assert jobs.claim(job.pk) is None

    let_lease_end(job)

    assert jobs.claim(job.pk).attempt == first.attempt + 1


def test_renewal_extends_the_lease_and_tells_the_progress(job):
    claim = jobs.claim(job.pk)
    let_lease_end(job)

    claim.renew(STAGE, 3, 10)

    assert jobs.claim(job.pk) is None
    assert (now(job).stage, job.progress_done, job.progress_total) == (STAGE, 3, 10)


def test_late_writes_of_a_worker_that_lost_its_lease_change_nothing(job):
    late = jobs.claim(job.pk)
    let_lease_end(job)
    jobs.claim(job.pk).renew(IndexJob.Stage.WINDOW, 1, 2)
    before = IndexJob.objects.filter(pk=job.pk).values().get()

    with pytest.raises(LeaseLost):
        late.renew(STAGE, 9, 9)
    end_with(late, LeaseLost("late"))
    end_with(late, IndexingFailure(FailureCode.DAMAGED))
    end_with(late, IndexingFailure(FailureCode.DATABASE_BUSY))

    assert IndexJob.objects.filter(pk=job.pk).values().get() == before
    assert job.document.state == Document.State.WAITING


def test_worker_that_comes_back_after_the_job_was_done_changes_nothing(job):
    zombie = jobs.claim(job.pk)
    set_row(job, state=IndexJob.State.DONE)

    with pytest.raises(LeaseLost):
        zombie.renew(STAGE)


def test_job_that_a_person_restarted_is_lost_to_its_worker(job):
    claim = jobs.claim(job.pk)

    jobs.requeue(IndexJob.objects.filter(pk=job.pk))

    with pytest.raises(LeaseLost):
        claim.renew(STAGE)
    assert jobs.claim(job.pk).attempt == 2
    assert now(job).tries == 1


def test_permanent_failure_ends_the_job_at_once(job):
    end_with(jobs.claim(job.pk), IndexingFailure(FailureCode.ENCRYPTED, "password\x00 wanted"))

    assert (now(job).state, job.error_code, job.error_detail) == ("failed", "encrypted", "password wanted")
    document = Document.objects.get(pk=job.document_id)
    assert (document.state, document.error_code) == (Document.State.FAILED, "encrypted")
    assert job.lease_until is None
    assert job.finished_at


@pytest.mark.parametrize(
    "error", [IndexingFailure(FailureCode.MODEL_ERROR), DataError("x"), MemoryError(), KeyError("y")]
)
def test_other_failures_wait_and_are_tried_three_times_in_all(job, error):
    states = []
    for _try in range(3):
        set_row(job, not_before=None)
        end_with(jobs.claim(job.pk), error)
        states.append(now(job).state)
        assert job.error_code in (FailureCode.MODEL_ERROR, FailureCode.UNKNOWN, FailureCode.OUT_OF_MEMORY)

    assert states == ["queued", "queued", "failed"]
    assert jobs.claim(job.pk) is None
    assert Document.objects.get(pk=job.document_id).state == Document.State.FAILED


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (IndexingFailure(FailureCode.MODEL_MISSING), FailureCode.MODEL_MISSING),
        (OperationalError("x"), FailureCode.DATABASE_BUSY),
        (InterfaceError("the cursor is closed"), FailureCode.DATABASE_BUSY),
        (OSError(errno.ENOSPC, "full"), FailureCode.DISK_FULL),
    ],
)
def test_what_is_missing_full_or_away_is_waited_for_however_long(job, error, code):
    for _try in range(5):
        set_row(job, not_before=None)
        end_with(jobs.claim(job.pk), error)
        assert (now(job).state, job.error_code) == ("queued", code)

    assert jobs.claim(job.pk) is None
    assert Document.objects.get(pk=job.document_id).state == Document.State.WAITING


def test_failed_try_waits_longer_each_time(job):
    waits = []
    for _try in range(2):
        set_row(job, not_before=None)
        end_with(jobs.claim(job.pk), IndexingFailure(FailureCode.DISK_FULL))
        assert jobs.claim(job.pk) is None
        waits.append(now(job).not_before - IndexJob.objects.values_list(Now(), flat=True).get(pk=job.pk))

    assert timedelta(seconds=5) < waits[0] < waits[1] < timedelta(seconds=61)


def test_database_that_comes_back_is_used_soon_whatever_the_document_went_through(job):
    set_row(job, tries=2)

    end_with(jobs.claim(job.pk), IndexingFailure(FailureCode.DATABASE_BUSY))

    row = now(job)
    assert row.not_before - IndexJob.objects.values_list(Now(), flat=True).get(pk=job.pk) < timedelta(seconds=16)


def test_interruption_is_not_an_outcome(job):
    claim = jobs.claim(job.pk)

    with pytest.raises(KeyboardInterrupt):
        end_with(claim, KeyboardInterrupt())

    assert now(job).state == IndexJob.State.RUNNING


def test_outcome_is_recorded_after_the_database_restarted(transactional_db):
    job = waiting_job()
    claim = jobs.claim(job.pk)

    with outcome_recorded(claim), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    assert (now(job).state, job.error_code) == (IndexJob.State.QUEUED, FailureCode.DATABASE_BUSY)


@pytest.mark.django_db
def test_messages_work_off_the_oldest_job_first():
    shelf = make_collection()
    older, younger = (accepted_document(shelf, text).jobs.get() for text in ("One.", "Two."))

    run_job(younger.pk)

    assert now(older).state == IndexJob.State.DONE
    assert now(younger).state == IndexJob.State.QUEUED


@pytest.mark.django_db
def test_stored_file_that_is_gone_is_named_so():
    document = accepted_document(make_collection(), "Leave is 15 days.")
    document.file.storage.delete(document.file.name)

    indexing.run(document.jobs.get().pk)

    document.refresh_from_db()
    assert (document.state, document.error_code) == (Document.State.FAILED, FailureCode.FILE_MISSING)


def test_job_that_this_process_let_go_without_an_outcome_is_free_at_the_next_upkeep(job):
    claim = jobs.claim(job.pk)

    with outcome_recorded(claim):
        assert reconciling.reconcile() == []
        assert now(job).state == IndexJob.State.RUNNING
        # What the row says when the database was away for longer than anybody tries to write to it.
        raise LeaseLost

    assert reconciling.reconcile() == [job.pk]
    assert now(job).state == IndexJob.State.QUEUED
