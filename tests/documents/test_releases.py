"""Releases: begun beside the index that answers, paused, cancelled, completed, and what is decided about failures."""

from datetime import timedelta

import pytest
from django.utils import timezone

from documents import audit, generations, indexing, jobs, reconciling, upkeep
from documents.failure_codes import FailureCode
from documents.jobs import LeaseLost
from documents.models import Document, Generation, IndexJob
from documents.releases import building, completion
from documents.releases.errors import ReleaseError
from documents.situation import situation_now
from tests.documents.released import begun, in_library, paged, ready, smaller, unsound, work_off
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db
BUILDING, RETIRED = Generation.State.BUILDING, Generation.State.RETIRED


def fail(document, generation):
    IndexJob.objects.filter(document=document, generation=generation).update(
        state=IndexJob.State.FAILED, error_code=FailureCode.NO_TEXT, finished_at=timezone.now()
    )


def test_release_gets_a_job_for_every_document_that_is_not_replaced():
    shelf, scratch = make_collection(), make_collection("Scratch", is_scratch=True)
    found, failed = document_row(shelf), document_row(shelf, state=Document.State.FAILED)
    document_row(shelf, state=Document.State.SUPERSEDED)
    document_row(scratch)

    generation = building.begin(smaller(), make_user(), {"windows": 12})

    assert set(generation.jobs.values_list("document", flat=True)) == {found.pk, failed.pk}
    generation.refresh_from_db()
    assert (generation.state, generation.forecast, generation.created_by.username) == (
        BUILDING,
        {"windows": 12},
        "alice",
    )


def test_beginning_is_told(monkeypatch):
    told = []
    monkeypatch.setattr(audit, "record", lambda event, actor, **details: told.append((event, actor, details)))

    generation = begun()

    assert told == [
        (
            audit.Event.RELEASE_BEGUN,
            None,
            {"generation": generation.pk, "model": "all-MiniLM-L6-v2", "documents": 0},
        )
    ]


def test_one_release_is_built_at_a_time():
    first = begun()

    with pytest.raises(ReleaseError, match=f"Generation {first.pk} is being built already"):
        begun()
    building.cancel(first)
    assert begun().state == BUILDING


def test_document_whose_upload_raced_with_the_beginning_is_not_missed():
    generation = begun()
    late = document_row(make_collection())

    upkeep.run()

    assert generation.jobs.get().document == late


def test_jobs_of_a_release_come_last():
    shelf = make_collection()
    document_row(shelf)
    release = begun()
    upload = paged(shelf)

    assert jobs.next_due() == upload.jobs.get(generation__state="active").pk
    upload.jobs.filter(generation__state="active").update(state=IndexJob.State.DONE)
    assert jobs.next_due() == release.jobs.order_by("pk").first().pk


def test_upload_is_told_its_place_before_those_of_the_release():
    shelf = make_collection()
    for _number in range(3):
        document_row(shelf)
    begun()
    upload = paged(shelf).jobs.get(generation__state="active")

    assert situation_now([upload.pk], 0.0).places == {upload.pk: 1}


def test_release_has_few_messages_under_way_and_uploads_theirs_before_them():
    shelf = make_collection()
    for _number in range(20):
        document_row(shelf)
    release = begun()
    upload = paged(shelf).jobs.get(generation__state="active")

    hinted = reconciling.reconcile()
    assert hinted[0] == upload.pk
    assert len(hinted) == 1 + reconciling.RELEASE_LINE

    jobs.mark_hinted(hinted)
    assert reconciling.reconcile() == []
    release.jobs.filter(pk__in=hinted[1:4]).update(state=IndexJob.State.DONE)
    assert len(reconciling.release_line()) == 3


def test_paused_release_is_neither_worked_on_nor_told_of():
    document_row(make_collection())
    generation = begun()
    job = generation.jobs.get()

    building.pause(generation)
    assert (jobs.next_due(), jobs.claim(job.pk), reconciling.reconcile()) == (None, None, [])

    building.resume(generation)
    assert (jobs.next_due(), reconciling.release_line()) == (job.pk, [job.pk])


def test_upload_during_a_pause_waits_for_the_release_only():
    shelf = make_collection()
    generation = begun()
    building.pause(generation)

    document = paged(shelf)
    work_off()

    document.refresh_from_db()
    assert document.state == Document.State.READY
    assert generation.jobs.get().state == IndexJob.State.QUEUED


def test_cancelled_release_is_gone_but_for_its_row_and_workers_at_it_write_nothing():
    in_library(make_collection(), "Fifteen days of leave.")
    generation = begun()
    claim = jobs.claim(generation.jobs.get().pk)

    building.cancel(generation)

    assert (generation.state, generation.built_at, generation.jobs.exists()) == (RETIRED, None, False)
    assert not generations.has_partition(generation)
    with pytest.raises(LeaseLost):
        claim.renew(IndexJob.Stage.EMBED)
    assert unsound() == []
    with pytest.raises(ReleaseError, match="not being built any more"):
        building.cancel(generation)


def test_what_is_left_of_a_cancelled_release_is_removed_by_upkeep():
    generation = begun()
    in_library(make_collection(), "Fifteen days of leave.")
    Generation.objects.filter(pk=generation.pk).update(state=RETIRED)
    assert "still holds" in unsound()[0].detail

    upkeep.run()

    assert unsound() == []


def test_only_a_ready_generation_is_retired():
    with pytest.raises(ReleaseError, match="ready"):
        building.retire(Generation.objects.active())
    generation = begun()
    with pytest.raises(ReleaseError, match="ready"):
        building.retire(generation)

    building.retire(ready(generation))

    assert generation.state == RETIRED
    assert generation.retired_at is not None
    assert not generations.has_partition(generation)


def test_documents_that_fail_hold_the_release_up_until_somebody_decides():
    lost, bad = in_library(make_collection(), "Fifteen days of leave.", "The canteen is open.")
    generation = begun()
    work_off()
    fail(lost, generation)
    fail(bad, generation)
    fail(bad, Generation.objects.active())

    assert [job.document for job in building.failures(generation)] == [lost]
    assert not completion.is_due(generation)

    building.accept_failures(generation, make_user())

    assert completion.is_due(generation)
    assert generation.failures_accepted_by.username == "alice"
    fail(lost, generation)
    IndexJob.objects.filter(document=lost).update(finished_at=timezone.now() + timedelta(hours=1))
    assert not completion.is_due(generation)


def test_failed_documents_are_tried_again():
    (document,) = in_library(make_collection(), "Fifteen days of leave.")
    generation = begun()
    fail(document, generation)

    assert building.retry_failures(generation) == 1
    work_off()

    assert not building.failures(generation).exists()
    assert completion.is_due(generation)


def test_release_is_not_complete_while_jobs_are_open():
    document_row(make_collection())

    assert not completion.is_due(begun())


def test_weights_of_a_young_release_follow_its_lengths():
    generation, shelf = begun(), make_collection()
    indexed_rows(shelf, ["word " * 300], generation=generation)
    indexed_rows(shelf, ["short text"] * 20, generation=generation)
    first = Generation.objects.get(pk=generation.pk).word_pivot

    upkeep.run()

    assert Generation.objects.get(pk=generation.pk).word_pivot < first / 5


def test_job_of_a_retired_generation_is_not_done():
    (document,) = in_library(make_collection(), "Fifteen days of leave.")
    generation = begun()
    Generation.objects.filter(pk=generation.pk).update(state=RETIRED)

    assert not indexing.run(document.jobs.get(generation=generation).pk)
