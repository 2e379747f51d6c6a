"""Versions and releases: in each generation the old one stays until the new one enters there; going back undoes it."""

from datetime import timedelta

import pytest

from documents import effective, ingestion, replacement, upkeep, versions
from documents.models import Document
from documents.releases import activation
from tests.documents.released import (
    begun,
    entered,
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

pytestmark = pytest.mark.django_db
OLD, NEW = "Fifteen days of leave.", "Twenty days of leave."


def test_version_replaced_while_it_is_built_is_in_neither(shelf, first):
    (old,) = in_library(shelf, OLD)
    second = begun()
    run_in(second, old)
    new = paged(shelf, NEW, replaces=old)

    run_in(first, new)
    assert (texts_in(first), texts_in(second)) == ([NEW], [OLD])
    work_off()

    assert texts_in(first) == texts_in(second) == [NEW]
    activation.activate(ready(second), None)
    assert (now(old).state, now(old).superseded_by) == (Document.State.SUPERSEDED, new)
    assert unsound() == []


def test_version_that_enters_the_new_generation_first_takes_its_place_there(shelf, first):
    (old,) = in_library(shelf, OLD)
    second = begun()
    new = paged(shelf, NEW, replaces=old)
    run_in(second, new)
    assert (texts_in(first), texts_in(second)) == ([OLD], [NEW])
    assert now(old).state == Document.State.READY
    upkeep.run()
    assert not old.jobs.filter(generation=second).exists()
    assert unsound() == []

    fail_in(first, new)
    activation.activate(ready(second), None)

    assert (now(old).state, now(old).superseded_by) == (Document.State.SUPERSEDED, new)
    assert now(new).state == Document.State.READY
    assert unsound() == []


def test_going_back_gives_the_old_version_its_place_again_where_the_new_one_failed(shelf, first):
    (old,) = in_library(shelf, OLD)
    second = begun()
    new = paged(shelf, NEW, replaces=old)
    run_in(second, new)
    fail_in(first, new)
    activation.activate(ready(second), None)

    activation.activate(first, None)

    assert (now(old).state, now(old).superseded_by, now(old).superseded_at) == (Document.State.READY, None, None)
    assert now(new).state == Document.State.FAILED
    assert texts_in(first) == [OLD]
    assert unsound() == []
    activation.activate(second, None)
    assert now(old).state == Document.State.SUPERSEDED
    assert unsound() == []


def test_version_whose_successor_was_deleted_leaves_the_generation_that_takes_over(shelf, first):
    (old,) = in_library(shelf, OLD)
    second = begun()
    run_in(second, old)
    new = paged(shelf, NEW, replaces=old)
    run_in(first, new)
    ingestion.delete(now(new))

    activation.activate(ready(second), None)

    assert texts_in(first) == texts_in(second) == []
    assert now(old).state == Document.State.SUPERSEDED
    assert unsound() == []


def test_restored_version_is_restored_in_both(shelf, first):
    (old,) = in_library(shelf, OLD)
    new = paged(shelf, NEW, replaces=old)
    work_off()
    second = begun()
    run_in(second, now(new))

    replacement.restore(now(old))
    run_in(first, old)
    assert (texts_in(first), texts_in(second)) == ([OLD], [NEW])
    work_off()

    assert texts_in(first) == texts_in(second) == [OLD]
    activation.activate(ready(second), None)
    assert (now(old).state, now(new).state) == (Document.State.READY, Document.State.SUPERSEDED)
    assert unsound() == []


def test_going_back_before_a_restored_version_came_in_lets_it_come_in_later(shelf, first):
    (old,) = in_library(shelf, OLD)
    paged(shelf, NEW, replaces=old)
    work_off()
    second = released()
    activation.activate(second, None)
    replacement.restore(now(old))
    run_in(second, old)

    activation.activate(first, None)
    assert texts_in(first) == [NEW]
    assert unsound() == []
    work_off()

    assert texts_in(first) == texts_in(second) == [OLD]
    assert unsound() == []


def test_version_waits_for_its_day_in_both(shelf, first):
    (old,) = in_library(shelf, OLD)
    second = begun()
    new = paged(shelf, NEW, replaces=old, effective_from=effective.today() + timedelta(days=1))
    work_off()
    activation.activate(ready(second), None)
    assert texts_in(first) == texts_in(second) == [OLD, NEW]
    assert now(old).state == Document.State.READY

    Document.objects.filter(pk=new.pk).update(effective_from=effective.today())
    upkeep.run()

    assert texts_in(first) == texts_in(second) == [NEW]
    assert unsound() == []


def test_old_version_that_comes_late_does_not_come_back(shelf, first):
    (old,) = in_library(shelf, OLD)
    second = begun()
    new = paged(shelf, NEW, replaces=old)
    run_in(second, new)
    late = old.jobs.create(generation=second)

    assert versions.is_displaced(now(old), second)
    entered(late.pk)

    assert texts_in(second) == [NEW]
    assert not old.jobs.filter(generation=second).exists()
    assert unsound() == []
