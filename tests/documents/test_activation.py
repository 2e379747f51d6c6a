"""Another generation answers: what is shown follows it, and going back undoes all of it."""

import pytest

from documents import generations, ingestion, upkeep
from documents.failure_codes import FailureCode
from documents.models import Document, Generation
from documents.releases import activation, building
from documents.releases.errors import ReleaseError
from tests.documents.released import (
    begun,
    fail_in,
    in_library,
    now,
    paged,
    ready,
    released,
    run_in,
    texts_in,
    unsound,
    work_off,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LONG = "Every employee reads this rule.\nNobody reads it twice.\nThe office knows who has."
OLD, NEW = "Fifteen days of leave.", "Twenty days of leave."


def test_library_shows_what_the_new_generation_has(shelf, first):
    (document,) = in_library(shelf, LONG)
    second = released()

    activation.activate(second, make_user())

    assert Generation.objects.active() == second
    in_second = now(document).chunk_count
    assert in_second == second.chunk_count > document.chunk_count
    assert unsound() == []

    activation.activate(first, None)
    assert now(document).chunk_count == document.chunk_count
    assert unsound() == []


def test_only_a_ready_generation_can_answer(first):
    generation = begun()
    with pytest.raises(ReleaseError, match="ready"):
        activation.activate(generation, None)
    with pytest.raises(ReleaseError, match="already"):
        activation.activate(first, None)
    building.cancel(generation)
    with pytest.raises(ReleaseError, match="ready"):
        activation.activate(generation, None)


def test_generation_without_its_indexes_does_not_answer():
    generation = begun()
    Generation.objects.filter(pk=generation.pk).update(state=Generation.State.READY)

    with pytest.raises(ReleaseError, match="indexes"):
        activation.activate(generation, None)


def test_nothing_that_can_be_found_goes_missing(shelf, first):
    in_library(shelf, OLD)
    second = released()
    late = paged(shelf, "The canteen is open.")
    run_in(first, late)

    with pytest.raises(ReleaseError, match="1 document is still on its way"):
        activation.activate(second, None)
    work_off()
    activation.activate(second, None)
    assert texts_in(second) == [OLD, "The canteen is open."]


def test_document_that_raced_with_the_release_is_found_at_the_last_moment(shelf):
    in_library(shelf, OLD)
    second = ready(begun())
    second.jobs.all().delete()

    with pytest.raises(ReleaseError, match="1 document is still on its way"):
        activation.activate(second, None)


def test_upload_that_nobody_can_find_yet_does_not_hold_up(shelf, first):
    second = released()
    paged(shelf, OLD)

    activation.activate(second, None)

    assert Generation.objects.active() == second


def test_failed_documents_are_accepted_first_and_shown_as_failed_after(shelf, first):
    (document,) = in_library(shelf, OLD)
    second = begun()
    fail_in(second, document)
    ready(second)

    with pytest.raises(ReleaseError, match="1 document could not be entered"):
        activation.activate(second, None)
    building.accept_failures(second, make_user())
    activation.activate(second, None)

    assert (now(document).state, now(document).error_code) == (Document.State.FAILED, FailureCode.NO_TEXT)
    assert unsound() == []
    activation.activate(first, None)
    assert (now(document).state, now(document).error_code) == (Document.State.READY, "")


def test_going_back_waits_for_nothing(shelf, first):
    second = released()
    activation.activate(second, None)
    late = paged(shelf, OLD)
    run_in(second, late)
    assert now(late).state == Document.State.READY

    activation.activate(first, None)

    assert now(late).state == Document.State.WAITING
    work_off()
    assert now(late).state == Document.State.READY
    assert unsound() == []


def test_the_generation_before_takes_uploads_and_deletions_until_it_is_retired(shelf, first):
    kept, gone = in_library(shelf, OLD, "The canteen is open.")
    second = released()
    activation.activate(second, None)

    ingestion.delete(now(gone))
    in_library(shelf, "The library is closed.")
    assert texts_in(first) == texts_in(second) == [OLD, "The library is closed."]

    first.refresh_from_db()
    building.retire(first)
    in_library(shelf, "The door is open.")
    assert not generations.has_partition(first)
    assert now(kept).jobs.count() == 1
    assert unsound() == []
    with pytest.raises(ReleaseError, match="ready"):
        activation.activate(first, None)


def test_document_deleted_while_it_is_built_is_in_neither(shelf, first):
    kept, gone = in_library(shelf, OLD, "The canteen is open.")
    second = begun()
    run_in(second, gone)

    ingestion.delete(now(gone))
    work_off()

    assert texts_in(first) == texts_in(second) == [OLD]
    assert [job.document for job in second.jobs.all()] == [kept]
    assert unsound() == []


def test_late_word_of_a_worker_of_the_generation_before_is_put_right(shelf):
    (document,) = in_library(shelf, OLD)
    Document.objects.filter(pk=document.pk).update(state=Document.State.INDEXING)

    upkeep.run()

    assert now(document).state == Document.State.READY


def test_model_that_cannot_be_loaded_does_not_answer():
    second = released()
    second.model.fingerprint = [9.0] * 8
    second.model.save()

    with pytest.raises(ReleaseError, match="model"):
        activation.activate(Generation.objects.get(pk=second.pk), None)
