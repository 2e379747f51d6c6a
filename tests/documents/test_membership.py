"""Members of archives and mails leave search with their container, come back with it, and none is lost on the way."""

from datetime import date

import pytest

from documents import index, indexing, ingestion, integrity, jobs, replacement, unpacking
from documents.models import Document, IndexJob
from tests.documents.made_zips import make_zip
from tests.documents.version_chains import read_in_process, texts_of_index
from tests.factories import accepted_document, make_collection

pytestmark = pytest.mark.django_db

STAYS, OLD, NEW = "Lunch is at noon.", "Leave is 15 days.", "Leave is 20 days."


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    read_in_process(monkeypatch)


def run_all():
    while job := IndexJob.objects.filter(state=IndexJob.State.QUEUED).order_by("pk").first():
        indexing.run(job.pk)


def packed(collection, files, **options):
    document = accepted_document(collection, make_zip(files), file_name="rules.zip", **options)
    run_all()
    document.refresh_from_db()
    return document


def replaced(old, files):
    return packed(old.collection, files, replaces=old)


def holders(text):
    """The containers of the documents with this text that are in use."""
    found = Document.objects.current().filter(pages__text=text)
    return [document.parent_id for document in found]


def test_members_leave_the_index_in_the_transaction_that_replaces_their_container():
    old = packed(make_collection(), {"leave.txt": OLD})
    new = accepted_document(old.collection, make_zip({"leave.txt": NEW}), file_name="rules.zip", replaces=old)
    assert texts_of_index() == [OLD]

    indexing.run(new.jobs.get().pk)

    assert texts_of_index() == []
    member = old.members.get()
    assert (member.state, member.superseded_by, member.pages.get().text) == ("superseded", None, OLD)
    run_all()
    assert texts_of_index() == [NEW]
    assert list(integrity.findings()) == []


def test_what_is_in_both_versions_stays_and_belongs_to_the_new_one():
    old = packed(make_collection(), {"lunch.txt": STAYS, "leave.txt": OLD})

    new = replaced(old, {"lunch.txt": STAYS, "leave.txt": NEW})

    assert texts_of_index() == [NEW, STAYS]
    assert holders(STAYS) == [new.pk]
    ingestion.delete(Document.objects.get(pk=old.pk))
    assert texts_of_index() == [NEW, STAYS]


def test_restoring_an_archive_brings_back_its_members():
    old = packed(make_collection(), {"lunch.txt": STAYS, "leave.txt": OLD})
    replaced(old, {"lunch.txt": STAYS, "leave.txt": NEW})

    replacement.restore(Document.objects.get(pk=old.pk))
    run_all()

    assert texts_of_index() == [OLD, STAYS]
    assert holders(STAYS) == [old.pk]
    assert list(integrity.findings()) == []


def test_archive_that_another_kind_of_file_replaces_takes_all_its_members_along():
    old = packed(make_collection(), {"leave.txt": OLD, "inner.zip": make_zip({"lunch.txt": STAYS})})

    accepted_document(old.collection, NEW, replaces=old)
    run_all()

    assert texts_of_index() == [NEW]
    assert set(Document.objects.below(old).values_list("state", flat=True)) == {"superseded"}
    assert list(integrity.findings()) == []


def test_members_of_inner_archives_stay_if_the_new_inner_archive_has_them():
    old = packed(make_collection(), {"inner.zip": make_zip({"lunch.txt": STAYS, "leave.txt": OLD})})

    new = replaced(old, {"inner.zip": make_zip({"lunch.txt": STAYS, "leave.txt": NEW})})

    assert texts_of_index() == [NEW, STAYS]
    assert set(Document.objects.below(new).values_list("state", flat=True)) == {"ready"}


def test_what_was_there_when_the_inner_archive_was_opened_is_not_lost(monkeypatch):
    """The outer archive replaces the old one while another worker stands still in the inner one."""
    old = packed(make_collection(), {"lunch.txt": STAYS})
    inner = make_zip({"lunch.txt": STAYS, "empty.txt": ""})
    new = accepted_document(old.collection, make_zip({"inner.zip": inner}), file_name="rules.zip", replaces=old)
    swap = index.swap

    def stand_still(*arguments):
        raise jobs.LeaseLost

    def swap_meanwhile(claim, *arguments):
        with monkeypatch.context() as patch:
            patch.setattr(unpacking, "_keep", stand_still)
            indexing.run(new.members.get().jobs.get().pk)
        assert IndexJob.objects.filter(document__parent=new, state=IndexJob.State.RUNNING).exists()
        swap(claim, *arguments)

    monkeypatch.setattr(index, "swap", swap_meanwhile)
    indexing.run(new.jobs.get().pk)
    monkeypatch.setattr(index, "swap", swap)
    assert texts_of_index() == []

    run_all()

    assert texts_of_index() == [STAYS]


def test_file_that_lies_in_two_archives_stays_when_one_of_them_is_deleted_or_replaced():
    shelf = make_collection()
    first = packed(shelf, {"lunch.txt": STAYS, "leave.txt": OLD})
    second = packed(shelf, {"lunch.txt": STAYS, "travel.txt": "Travel by train."})
    third = packed(shelf, {"lunch.txt": STAYS, "pay.txt": "Pay is monthly."})
    assert holders(STAYS) == [first.pk]

    ingestion.delete(first)
    assert holders(STAYS) == [second.pk]
    replaced(second, {"leave.txt": NEW})

    assert holders(STAYS) == [third.pk]
    assert texts_of_index() == [NEW, STAYS, "Pay is monthly."]
    assert list(integrity.findings()) == []


def test_members_hold_on_the_days_of_their_container():
    days = {"effective_from": date(2026, 1, 1), "effective_until": date(2026, 12, 31)}

    archive = packed(make_collection(), {"leave.txt": OLD}, **days)

    member = archive.members.get()
    assert (member.effective_from, member.effective_until) == (days["effective_from"], days["effective_until"])


def test_member_cannot_replace_what_it_came_out_of():
    outer = packed(make_collection(), {"inner.zip": make_zip({"leave.txt": OLD})})
    inner = outer.members.get()

    for container in (inner, outer):
        with pytest.raises(replacement.NotPossible):
            replacement.make_version(inner.members.get(), container)

    assert texts_of_index() == [OLD]
