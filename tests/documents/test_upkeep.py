"""What is done every half minute, and working off jobs without a worker."""

import pytest

from documents import upkeep, workers
from documents.models import Document, Generation, IndexJob
from tests.documents.rows import job_row, waiting_job
from tests.factories import accepted_document, make_collection
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db


def drifted_index():
    """Pivots of a first document that is far longer than all later ones."""
    Generation.objects.update(word_pivot=0, bigram_pivot=0)
    shelf = make_collection()
    first = indexed_rows(shelf, ["word " * 300])
    indexed_rows(shelf, ["short text"] * 20)
    return first


def pivot():
    return Generation.objects.active().word_pivot


def test_weights_follow_the_library_once_it_is_at_rest():
    drifted_index()

    upkeep.run()

    assert pivot() < 20


def test_weights_stay_while_documents_come_in():
    document = drifted_index()
    document.jobs.all().delete()
    job_row(document, state=IndexJob.State.RUNNING)

    upkeep.run()

    assert pivot() == 300


def test_upkeep_goes_on_without_a_broker():
    job = waiting_job()

    upkeep.run()

    job.refresh_from_db()
    assert job.hinted_at is None


def test_jobs_are_worked_off_here_when_no_worker_lives(monkeypatch):
    monkeypatch.setattr(workers, "PING_TIMEOUT_S", 0.01)
    shelf, reports = make_collection(), []
    documents = [accepted_document(shelf, f"Rule {number} is about leave.") for number in range(2)]

    workers.wait_for([document.pk for document in documents], lambda done, total: reports.append((done, total)))

    assert reports == [(0, 2), (1, 2), (2, 2)]
    assert set(Document.objects.values_list("state", flat=True)) == {Document.State.READY}


def test_nothing_to_wait_for_is_no_wait():
    reports = []

    workers.wait_for([], lambda done, total: reports.append((done, total)))

    assert reports == [(0, 0)]
