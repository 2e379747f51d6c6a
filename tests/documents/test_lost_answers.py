"""A database that goes away after it did what it was asked: what is known is uncertain, and nothing may be lost."""

import os

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection

from documents import ingestion, jobs
from documents.jobs import outcome_recorded
from documents.models import Document, IndexJob
from tests.documents.rows import now, waiting_job
from tests.factories import accepted_document, make_collection


def stored_files():
    root = default_storage.location
    return [name for _folder, _folders, names in os.walk(root) for name in names]


def test_file_stays_when_the_answer_to_its_row_was_lost(transactional_db, monkeypatch):
    """A database that restarts while it writes the row down may have done so."""
    save = ingestion._save_with_jobs

    def cut_off(document):
        save(document)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(ingestion, "_save_with_jobs", cut_off)
    collection = make_collection()
    with pytest.raises(OperationalError):
        accepted_document(collection, "One sentence.")

    assert stored_files() == [Document.objects.get().file.name.rsplit("/", 1)[-1]]


def test_file_goes_when_the_row_was_not_written(transactional_db, monkeypatch):
    def cut_off(document):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(ingestion, "_save_with_jobs", cut_off)
    with pytest.raises(OperationalError):
        accepted_document(make_collection(), "One sentence.")

    assert stored_files() == []


def test_claim_whose_answer_was_lost_is_given_back_and_made_again(transactional_db, monkeypatch):
    """The database took the first claim: nobody works on it, and nobody may wait for the end of its lease."""
    job, take, claims = waiting_job(), jobs._taken, []

    def cut_off_once(job_id):
        claims.append(take(job_id))
        if len(claims) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        return claims[-1]

    monkeypatch.setattr(jobs, "_taken", cut_off_once)

    assert jobs.claim(job.pk).attempt == 2
    assert now(job).state == IndexJob.State.RUNNING


def test_claim_that_fails_leaves_the_job_to_the_thread_that_works_on_it(transactional_db, monkeypatch):
    job, take, cuts = waiting_job(), jobs._taken, []

    def cut_off_once(job_id):
        if not cuts:
            cuts.append(job_id)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return take(job_id)

    with outcome_recorded(jobs.claim(job.pk)):
        monkeypatch.setattr(jobs, "_taken", cut_off_once)

        assert jobs.claim(job.pk) is None
        assert (now(job).state, job.attempt) == (IndexJob.State.RUNNING, 1)
