"""What is done about workers that are gone and messages that were lost."""

import os
import subprocess
import sys
from datetime import timedelta

import psutil
import pytest
from django.db.models.functions import Now

from documents import jobs, reconciling
from documents.failure_codes import FailureCode
from documents.models import Document, IndexJob
from tests.documents.rows import let_lease_end, now, set_row, waiting_job

MINUTE = timedelta(minutes=1)


@pytest.fixture
def job(db):
    return waiting_job()


def test_reconciling_takes_back_what_lost_its_lease(job):
    jobs.claim(job.pk)
    let_lease_end(job)

    assert reconciling.reconcile() == [job.pk]
    assert (now(job).state, job.lease_until) == (IndexJob.State.QUEUED, None)


def test_reconciling_leaves_running_jobs_alone(job):
    with jobs.outcome_recorded(jobs.claim(job.pk)):
        assert reconciling.reconcile() == []
        assert now(job).state == IndexJob.State.RUNNING


def test_sixth_lost_worker_is_the_last(job):
    for loss in range(jobs.MAX_LOSSES):
        assert now(job).state == IndexJob.State.QUEUED, loss
        set_row(job, not_before=None)
        jobs.claim(job.pk)
        let_lease_end(job)
        reconciling.reconcile()

    assert (now(job).state, job.error_code) == (IndexJob.State.FAILED, FailureCode.WORKER_LOST)
    assert Document.objects.get(pk=job.document_id).error_code == FailureCode.WORKER_LOST


def run_claim(job, process):
    """The job as it looks when that process has claimed it."""
    jobs.claim(job.pk)
    host = now(job).worker.rsplit(":", 2)[0]
    set_row(job, worker=f"{host}:{process.pid}:{psutil.Process(process.pid).create_time():.2f}")


@pytest.fixture
def sleeper():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


def test_dead_worker_of_this_machine_is_noticed_at_once(job, sleeper):
    run_claim(job, sleeper)
    assert reconciling.reconcile() == []

    sleeper.kill()
    sleeper.wait()

    assert reconciling.reconcile() == [job.pk]


def test_job_that_lost_several_workers_lets_others_go_first(job, sleeper):
    set_row(job, tries=reconciling.LOSSES_IN_LINE)
    run_claim(job, sleeper)
    sleeper.kill()
    sleeper.wait()

    assert reconciling.reconcile() == []
    assert now(job).state == IndexJob.State.QUEUED
    wait = now(job).not_before - IndexJob.objects.values_list(Now(), flat=True).get(pk=job.pk)
    assert timedelta(seconds=30) < wait < timedelta(seconds=60)


def test_worker_that_nobody_buried_counts_as_dead(job, sleeper):
    run_claim(job, sleeper)
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)

    assert reconciling.reconcile() == [job.pk]


def test_other_process_with_the_same_number_is_not_the_worker(job, sleeper):
    run_claim(job, sleeper)
    set_row(job, worker=f"{job.worker.rsplit(':', 2)[0]}:{sleeper.pid}:1000000.00")

    assert reconciling.reconcile() == [job.pk]


def test_clock_that_was_set_does_not_make_a_worker_dead(job, sleeper):
    run_claim(job, sleeper)
    host, number, started = now(job).worker.rsplit(":", 2)
    set_row(job, worker=f"{host}:{number}:{float(started) + 2:.2f}")

    assert reconciling.reconcile() == []


def test_worker_of_another_machine_has_until_its_lease_ends(job):
    jobs.claim(job.pk)
    set_row(job, worker="elsewhere:1:1000000.00")

    assert reconciling.reconcile() == []


@pytest.mark.parametrize(
    ("values", "is_due"),
    [
        ({}, True),
        ({"hinted_at": Now()}, False),
        ({"hinted_at": Now() - 2 * MINUTE}, True),
        ({"not_before": Now() + MINUTE}, False),
        ({"not_before": Now() - MINUTE}, True),
        ({"state": IndexJob.State.DONE}, False),
    ],
)
def test_message_is_sent_again_when_nobody_came(job, values, is_due):
    set_row(job, **values)

    assert reconciling.reconcile() == ([job.pk] if is_due else [])


def test_marking_keeps_the_reconciler_quiet(job):
    jobs.mark_hinted([job.pk])

    assert reconciling.reconcile() == []
    assert jobs.next_due() == job.pk


def test_job_that_waits_for_its_time_is_neither_next_nor_claimed(job):
    set_row(job, not_before=Now() + MINUTE)

    assert jobs.next_due() is None
    assert jobs.claim(job.pk) is None


def test_all_messages_are_sent_again_after_a_restart(job):
    jobs.mark_hinted([job.pk])

    assert reconciling.reconcile(timedelta(0)) == [job.pk]
