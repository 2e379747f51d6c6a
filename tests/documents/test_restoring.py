"""Deleting versions, making an old one current again, and making versions of what is in the library."""

import pytest

from documents import ingestion, integrity, replacement, versions
from documents.models import Document
from tests.documents.version_chains import again, chain, read_in_process, run_jobs, texts_of_index
from tests.factories import accepted_document, indexed_document, make_collection


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    read_in_process(monkeypatch)


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
