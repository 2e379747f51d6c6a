"""A model that was withdrawn: documents still come in and are found by words, and get vectors when it is back."""

from datetime import date, timedelta

import pytest
from django.core import checks
from django.utils import timezone

from documents import generations, indexing, integrity, jobs, withdrawal
from documents.embedding.embedders import confirm_fingerprint
from documents.failure_codes import FailureCode, IndexingFailure
from documents.generations import Plan
from documents.models import Chunk, EmbeddingModel, Generation, IndexJob
from documents.withdrawal import restore, retiring
from tests.documents.rows import waiting_job
from tests.factories import accepted_document, indexed_document, make_collection

pytestmark = pytest.mark.django_db

TEXT = "Annual leave is fifteen days. " * 5


@pytest.fixture
def active(make_model, server):
    """The active generation, as if it had been made with the endpoint's model."""
    generation = Generation.objects.active()
    server.script.dimensions = generation.dimensions
    generation.model = make_model()
    generation.save(update_fields=["model"])
    return generation


def withdraw(model, **facts):
    EmbeddingModel.objects.filter(pk=model.pk).update(**(facts or {"withdrawn_at": timezone.now()}))


def vectors_of(document):
    return list(Chunk.objects.filter(document=document).values_list("embedding", flat=True))


@pytest.mark.parametrize("facts", [{"withdrawn_at": timezone.now()}, {"retires_on": date(2026, 1, 1)}])
def test_document_enters_without_vectors_and_nothing_is_wrong(active, server, facts):
    withdraw(active.model, **facts)

    document = indexed_document(make_collection(), TEXT)

    assert document.state == "ready"
    assert vectors_of(document) == [None]
    assert list(integrity.findings()) == []
    assert server.requests == []


def test_endpoint_that_loses_its_model_while_documents_come_in_stops_none_of_them(active, server):
    collection = make_collection()
    indexed_document(collection, TEXT)
    server.script.statuses = [404] * 3

    document = indexed_document(collection, f"More. {TEXT}")

    assert (document.state, vectors_of(document)) == ("ready", [None])
    assert EmbeddingModel.objects.get(pk=active.model.pk).withdrawn_at is not None


def test_vectors_are_computed_when_the_model_is_back(active, server):
    withdraw(active.model)
    document = indexed_document(make_collection(), TEXT)

    assert restore(EmbeddingModel.objects.get(pk=active.model.pk)) == 1
    assert [finding.check for finding in integrity.findings()] == ["vectors"]
    indexing.run(document.jobs.get().pk)

    (vector,) = vectors_of(document)
    assert vector is not None
    assert list(integrity.findings()) == []


def test_generation_that_is_being_built_waits_instead(active, server):
    building = generations.create(Plan(active.model))
    withdraw(active.model)

    document = accepted_document(make_collection(), TEXT)
    for job in document.jobs.all():
        indexing.run(job.pk)

    states = dict(document.jobs.values_list("generation", "state"))
    assert states == {active.pk: "done", building.pk: "queued"}
    assert document.jobs.get(generation=building).error_code == FailureCode.MODEL_WITHDRAWN


def test_job_waits_as_long_as_the_endpoint_says_and_is_never_given_up(server):
    job = waiting_job()
    for _time in range(jobs.MAX_TRIES + 2):
        IndexJob.objects.update(not_before=None)
        with jobs.outcome_recorded(jobs.claim(job.pk)):
            raise IndexingFailure(FailureCode.MODEL_BUSY, "busy", 600)

    job.refresh_from_db()
    assert (job.state, job.error_code) == (IndexJob.State.QUEUED, FailureCode.MODEL_BUSY)
    assert 590 < (job.not_before - timezone.now()).total_seconds() <= 600


def test_models_in_use_that_retire_soon_are_told(active):
    today = timezone.localdate()
    assert retiring() == []

    withdraw(active.model, retires_on=today + timedelta(days=91))
    assert retiring() == []
    withdraw(active.model, retires_on=today + timedelta(days=89))
    assert [model.pk for model in retiring()] == [active.model.pk]
    told = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    assert [warning.id for warning in told if warning.id.startswith("documents.")] == ["documents.W002"]

    withdraw(active.model, retires_on=today)
    told = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    assert [warning.id for warning in told if warning.id.startswith("documents.")] == ["documents.W001"]


def test_model_that_nothing_is_made_with_may_retire(make_model):
    make_model(retires_on=date(2026, 1, 1))

    assert retiring() == []


def test_withdrawn_model_is_asked_for_no_fingerprint(make_model, server):
    model = make_model(retires_on=date(2026, 1, 1), fingerprint=[1.0] * 8)

    confirm_fingerprint(model)

    assert server.requests == []
    assert withdrawal.NOTICE.days == 90
