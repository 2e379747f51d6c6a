"""Replacing a document: what is searched, what stays, and what a late worker may still do."""

import threading
from datetime import date

import psycopg
import pytest
from django.db import connection

from documents import effective, generations, index, indexing, ingestion, integrity, upkeep, versions
from documents.generations import Plan
from documents.models import Document, Generation, IndexJob, Term
from tests.documents.version_chains import again, chain, read_in_process, replacing, run_jobs, texts_of_index
from tests.factories import accepted_document, indexed_document, make_collection


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    read_in_process(monkeypatch)


@pytest.mark.django_db
def test_old_version_is_searched_until_the_new_one_is_in():
    old = indexed_document(make_collection(), "Leave is 15 days.")
    new = replacing(old, "Leave is 20 days.")
    assert texts_of_index() == ["Leave is 15 days."]

    run_jobs(new)

    (old,) = again(old)
    assert texts_of_index() == ["Leave is 20 days."]
    assert (old.state, old.superseded_by, old.chunk_count) == (Document.State.SUPERSEDED, new, 0)
    assert old.superseded_at
    assert old.pages.count() == 1
    assert old.file.storage.exists(old.file.name)
    assert not old.jobs.exists()
    assert not Term.objects.filter(text="15").exists()
    assert list(integrity.findings()) == []


@pytest.mark.django_db
def test_old_version_stays_when_the_new_one_fails():
    old = indexed_document(make_collection(), "Leave is 15 days.")

    new = run_jobs(replacing(old, "   \n"))

    (old,) = again(old)
    assert new.state == Document.State.FAILED
    assert (old.state, old.superseded_by) == (Document.State.READY, None)
    assert texts_of_index() == ["Leave is 15 days."]
    assert [version.pk for version in versions.history(old)] == [new.pk, old.pk]


@pytest.mark.django_db
def test_each_generation_loses_the_old_version_when_the_new_one_enters_it():
    active = Generation.objects.active()
    building = generations.create(Plan(active.model))
    old = indexed_document(make_collection(), "Leave is 15 days.")
    new = replacing(old, "Leave is 20 days.")

    indexing.run(new.jobs.get(generation=building).pk)
    assert texts_of_index(building) == ["Leave is 20 days."]
    assert texts_of_index(active) == ["Leave is 15 days."]
    assert again(old)[0].state == Document.State.READY

    indexing.run(new.jobs.get(generation=active).pk)
    assert texts_of_index(active) == ["Leave is 20 days."]
    assert again(old)[0].state == Document.State.SUPERSEDED
    assert list(integrity.findings()) == []


@pytest.mark.django_db
def test_generation_that_is_entered_last_loses_all_older_versions():
    active = Generation.objects.active()
    building = generations.create(Plan(active.model))
    first = indexed_document(make_collection(), "Leave is 15 days.")
    second = replacing(first, "Leave is 20 days.")
    indexing.run(second.jobs.get(generation=active).pk)
    third = replacing(second, "Leave is 25 days.")
    indexing.run(third.jobs.get(generation=active).pk)
    assert texts_of_index(building) == ["Leave is 15 days."]

    run_jobs(third)

    assert texts_of_index(building) == texts_of_index(active) == ["Leave is 25 days."]
    assert set(IndexJob.objects.values_list("document_id", flat=True)) == {third.pk}
    assert list(integrity.findings()) == []


@pytest.mark.django_db
def test_late_job_of_the_old_version_adds_nothing(monkeypatch):
    old = accepted_document(make_collection(), "Leave is 15 days.")
    new = replacing(old, "Leave is 20 days.")
    entries = index.entries

    def newer_is_quicker(*arguments):
        monkeypatch.setattr(index, "entries", entries)
        run_jobs(new)
        return entries(*arguments)

    monkeypatch.setattr(index, "entries", newer_is_quicker)
    indexing.run(old.jobs.get().pk)

    (old,) = again(old)
    assert texts_of_index() == ["Leave is 20 days."]
    assert (old.state, old.chunk_count) == (Document.State.SUPERSEDED, 0)
    assert list(integrity.findings()) == []


@pytest.mark.django_db
def test_job_of_a_replaced_document_that_turns_up_again_adds_nothing():
    old, _new = chain("Leave is 15 days.", "Leave is 20 days.")
    job = old.jobs.create(generation=Generation.objects.active())

    indexing.run(job.pk)

    assert texts_of_index() == ["Leave is 20 days."]
    assert again(old)[0].state == Document.State.SUPERSEDED
    assert {finding.check for finding in integrity.findings()} == {"replaced"}
    integrity.repair()
    assert list(integrity.findings()) == []


@pytest.mark.django_db
def test_replaced_document_is_not_read_again():
    old, _new = chain("Leave is 15 days.", "Leave is 20 days.")

    ingestion.retry(old)

    assert not old.jobs.exists()
    assert again(old)[0].state == Document.State.SUPERSEDED
    assert old.pages.exists()


@pytest.mark.django_db
def test_second_replacement_of_the_same_document_replaces_the_first_one():
    old = indexed_document(make_collection(), "Leave is 15 days.")
    one, other = replacing(old, "Leave is 20 days."), replacing(old, "Leave is 25 days.")
    run_jobs(one)

    run_jobs(other)

    old, one, other = again(old, one, other)
    assert (old.superseded_by, one.superseded_by, other.superseded_by) == (one, other, None)
    assert other.replaces == one
    assert texts_of_index() == ["Leave is 25 days."]


def test_readers_find_the_old_version_or_the_new_one_never_both_and_never_none(transactional_db):
    old = indexed_document(make_collection(), "Leave is 15 days. " * 200)
    new = replacing(old, "Leave is 20 days. " * 200)
    seen, done, parameters = set(), threading.Event(), connection.get_connection_params()

    def poll():
        where = {key: value for key, value in parameters.items() if key in ("dbname", "user", "host", "port")}
        with psycopg.connect(**where, autocommit=True) as reader:
            while not done.wait(0.002):
                rows = reader.execute("SELECT DISTINCT document_id FROM documents_chunk").fetchall()
                seen.add(tuple(row[0] for row in rows))

    watcher = threading.Thread(target=poll)
    watcher.start()
    try:
        run_jobs(new)
    finally:
        done.set()
        watcher.join()

    assert {(old.pk,), (new.pk,)} >= seen
    assert (old.pk,) in seen


@pytest.mark.django_db
def test_version_that_is_not_in_effect_yet_leaves_the_old_one_in_place_until_its_day(monkeypatch):
    old = indexed_document(make_collection(), "Leave is 15 days.")
    new = run_jobs(replacing(old, "Leave is 20 days.", effective_from=date(2027, 1, 1)))
    monkeypatch.setattr(effective, "today", lambda: date(2026, 12, 31))
    upkeep.run()
    assert again(old)[0].state == Document.State.READY
    assert list(integrity.findings()) == []

    monkeypatch.setattr(effective, "today", lambda: date(2027, 1, 1))
    upkeep.run()

    (old,) = again(old)
    assert (old.state, old.superseded_by) == (Document.State.SUPERSEDED, new)
    assert texts_of_index() == ["Leave is 20 days."]


@pytest.mark.django_db
def test_version_whose_first_day_was_taken_away_replaces_the_old_one(monkeypatch):
    old = indexed_document(make_collection(), "Leave is 15 days.")
    new = run_jobs(replacing(old, "Leave is 20 days.", effective_from=date(2999, 1, 1)))
    Document.objects.filter(pk=new.pk).update(effective_from=None)

    upkeep.run()

    assert texts_of_index() == ["Leave is 20 days."]
