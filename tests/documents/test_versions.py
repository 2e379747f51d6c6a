"""Replacing a document: what is searched, what stays, and what a late worker may still do."""

import threading
from datetime import date

import psycopg
import pytest
from django.db import connection

from documents import effective, generations, index, indexing, ingestion, integrity, replacement, upkeep, versions
from documents.models import Chunk, Document, Generation, IndexJob, Term
from tests.factories import accepted_document, indexed_document, make_collection


def texts_of_index(generation=None):
    chunks = Chunk.objects.filter(generation=generation or Generation.objects.active())
    return sorted(chunks.values_list("text", flat=True))


def run_jobs(document):
    for key in document.jobs.order_by("generation_id").values_list("pk", flat=True):
        indexing.run(key)
    document.refresh_from_db()
    return document


def replacing(old, text, **options):
    return accepted_document(old.collection, text, replaces=old, **options)


def chain(*texts):
    """Versions of one document, the oldest first, each indexed."""
    found = [indexed_document(make_collection(), texts[0])]
    for text in texts[1:]:
        found.append(run_jobs(replacing(found[-1], text)))
    return again(*found)


def again(*documents):
    """The documents as they are in the database."""
    rows = Document.objects.in_bulk([document.pk for document in documents])
    return [rows[document.pk] for document in documents]


@pytest.fixture
def in_process(monkeypatch):
    """Text files are read in this process, which is quicker than a child for each."""
    from documents.extraction import ExtractedPage, Extraction

    def extract(path, media_type, on_page):
        return Extraction(pages=(ExtractedPage(1, path.read_text()),), page_based=False)

    monkeypatch.setattr(indexing, "extract", extract)


pytestmark = pytest.mark.usefixtures("in_process")


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
    building = generations.create(active.model)
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
    building = generations.create(active.model)
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


@pytest.mark.django_db
def test_deleting_a_version_closes_the_gap():
    first, second, third = chain("Leave is 15 days.", "Leave is 20 days.", "Leave is 25 days.")

    ingestion.delete(second)

    first, third = again(first, third)
    assert first.superseded_by == third
    assert third.replaces == first
    assert [version.pk for version in versions.history(first)] == [third.pk, first.pk]


@pytest.mark.django_db
def test_deleting_the_current_version_puts_no_old_one_back():
    first, second = chain("Leave is 15 days.", "Leave is 20 days.")

    ingestion.delete(second)

    (first,) = again(first)
    assert (first.state, first.superseded_by) == (Document.State.SUPERSEDED, None)
    assert texts_of_index() == []
    assert list(integrity.findings()) == []


@pytest.mark.django_db
def test_current_version_can_be_deleted_when_the_old_file_was_uploaded_anew_meanwhile():
    first, second = chain("Leave is 15 days.", "Leave is 20 days.")
    accepted_document(first.collection, "Leave is 15 days.")

    ingestion.delete(second)

    with pytest.raises(ingestion.Rejected):
        replacement.restore(again(first)[0])


@pytest.mark.django_db
@pytest.mark.parametrize("which", [0, 1])
def test_version_made_current_again_goes_to_the_end_of_the_chain(which):
    found = chain("Leave is 15 days.", "Leave is 20 days.", "Leave is 25 days.")
    chosen, last = found[which], found[2]
    replacement.restore(chosen)
    assert texts_of_index() == ["Leave is 25 days."]

    run_jobs(chosen)

    chosen, last = again(chosen, last)
    assert texts_of_index() == [["Leave is 15 days.", "Leave is 20 days."][which]]
    assert (chosen.state, chosen.superseded_by, chosen.superseded_at) == (Document.State.READY, None, None)
    assert (last.state, last.superseded_by) == (Document.State.SUPERSEDED, chosen)
    assert [version.pk for version in versions.history(last)] == [chosen.pk, last.pk, found[1 - which].pk]
    assert list(integrity.findings()) == []


@pytest.mark.django_db
def test_version_whose_successor_was_deleted_can_be_made_current_again():
    first, second = chain("Leave is 15 days.", "Leave is 20 days.")
    ingestion.delete(second)

    replacement.restore(first)
    run_jobs(first)

    assert texts_of_index() == ["Leave is 15 days."]
    assert again(first)[0].superseded_at is None


@pytest.mark.django_db
def test_document_of_the_library_becomes_the_new_version_of_another_at_once():
    shelf = make_collection()
    old, new = indexed_document(shelf, "Leave is 15 days."), indexed_document(shelf, "Leave is 20 days.")

    replacement.make_version(new, old)

    old, new = again(old, new)
    assert (old.superseded_by, new.replaces) == (new, old)
    assert texts_of_index() == ["Leave is 20 days."]
    assert list(integrity.findings()) == []


@pytest.mark.django_db
def test_two_documents_cannot_replace_each_other():
    old, new = chain("Leave is 15 days.", "Leave is 20 days.")
    elsewhere = indexed_document(make_collection("Elsewhere"), "Leave is 30 days.")

    for document, of in ((old, new), (new, old), (new, new), (new, elsewhere)):
        with pytest.raises(replacement.NotPossible):
            replacement.make_version(document, of)


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
