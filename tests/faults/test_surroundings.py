"""Poison among good documents, clocks that are wrong, and models that are missing: each hurts nobody else."""

import shutil
from dataclasses import replace

import pytest

from documents import indexing, integrity
from documents.models import EmbeddingModel, Generation, IndexJob
from tests.documents.made_files import endless_pdf
from tests.factories import accepted_document, make_collection
from tests.faults.steering import all_ready, count, running, uploaded, wait_for

DOCUMENTS = 12


@pytest.mark.slow
def test_poison_does_not_keep_others_waiting(services, broker):
    shelf = make_collection()
    poison = accepted_document(shelf, endless_pdf(), file_name="endless.pdf")
    uploaded(shelf, DOCUMENTS)

    with running(services["worker"]):
        wait_for(lambda: all_ready(DOCUMENTS) and count("failed") == 1)

    refused = poison.jobs.get()
    assert refused.error_code in ("too_complex", "crashed")
    meanwhile = IndexJob.objects.filter(state=IndexJob.State.DONE, started_at__lt=refused.finished_at)
    assert meanwhile.exists()


@pytest.mark.slow
@pytest.mark.parametrize("offset", ["+2h", "-2h"])
@pytest.mark.skipif(shutil.which("faketime") is None, reason="the program faketime is not installed")
def test_worker_whose_clock_is_wrong_takes_nothing_early_and_misses_nothing(services, broker, offset):
    """Only the database's clock counts."""
    uploaded(make_collection(), 1)
    held = IndexJob.objects.get()
    leased = uploaded(make_collection("Held"), 2)[1].jobs.get()
    indexing.jobs.claim(leased.pk)
    wrong = replace(services["worker"], argv=(shutil.which("faketime"), "-f", offset, *services["worker"].argv))

    with running(wrong):
        wait_for(lambda: count("done") == 2)
        leased.refresh_from_db()

    assert (leased.state, leased.attempt) == (IndexJob.State.RUNNING, 1)
    held.refresh_from_db()
    assert held.state == IndexJob.State.DONE


def test_document_waits_for_a_model_that_is_missing_and_is_indexed_when_it_is_back(transactional_db):
    document = accepted_document(make_collection())
    model = Generation.objects.active().model
    EmbeddingModel.objects.filter(pk=model.pk).update(name="/nowhere")

    for _time in range(4):
        IndexJob.objects.update(not_before=None)
        indexing.run(document.jobs.get().pk)
        assert document.jobs.values_list("state", "error_code").get() == ("queued", "model_missing")

    EmbeddingModel.objects.filter(pk=model.pk).update(name=model.name)
    IndexJob.objects.update(not_before=None)
    indexing.run(document.jobs.get().pk)
    assert all_ready(1)
    assert list(integrity.findings()) == []


@pytest.mark.django_db
def test_document_waits_when_the_model_is_not_the_one_that_made_the_index():
    document = accepted_document(make_collection())
    EmbeddingModel.objects.update(fingerprint=[1.0] * 8)

    indexing.run(document.jobs.get().pk)

    assert document.jobs.values_list("state", "error_code").get() == ("queued", "model_changed")
    document.refresh_from_db()
    assert document.chunk_count == 0
