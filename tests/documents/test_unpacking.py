"""Archives and mails become documents: once, whatever happens half-way, and with a word on what was left out."""

import os
from email.message import EmailMessage

import pytest
from django.urls import reverse

from documents import generations, indexing, ingestion, integrity, jobs, notes, unpacking
from documents.failure_codes import FailureCode
from documents.generations import Plan
from documents.models import Chunk, Document, Generation, IndexJob
from search.retrieval import find_passages
from tests.documents.made_files import make_docx, make_pdf, paragraph
from tests.documents.made_zips import encrypted_zip, make_zip
from tests.factories import accepted_document, indexed_document, make_collection, make_user

pytestmark = pytest.mark.django_db

READY, FAILED = Document.State.READY, Document.State.FAILED


def run_all():
    """Work off every job, and those that come out of them."""
    while job := IndexJob.objects.filter(state=IndexJob.State.QUEUED).order_by("pk").first():
        indexing.run(job.pk)


def unpacked(collection, files, file_name="files.zip", **options):
    data = files if isinstance(files, bytes) else make_zip(files)
    document = accepted_document(collection, data, file_name=file_name, **options)
    run_all()
    document.refresh_from_db()
    return document


def words(document):
    return [notes.explain(note) for note in document.notes]


def members(document):
    return {(member.folder, member.file_name): member.state for member in document.members.all()}


def mail_with(*files):
    message = EmailMessage()
    message["Subject"], message["From"] = "Handbook", "kim@example.com"
    message.set_content("Both files are attached for review.")
    for path in files:
        message.add_attachment(path.read_bytes(), maintype="application", subtype="octet-stream", filename=path.name)
    return message.as_bytes()


def test_an_archive_becomes_its_documents():
    alice = make_user()
    shelf = make_collection()

    document = unpacked(
        shelf, {"rules/leave.txt": "Fifteen days.", "rules/old/b.md": "# VPN\n\nTen hours.", "c.txt": "C."},
        uploaded_by=alice,
    )  # fmt: skip

    assert (document.state, document.chunk_count, document.page_count, document.language) == (READY, 0, 0, "")
    assert members(document) == {("rules", "leave.txt"): READY, ("rules/old", "b.md"): READY, ("", "c.txt"): READY}
    assert {(m.collection, m.uploaded_by) for m in document.members.all()} == {(shelf, alice)}
    assert words(document) == ["3 files in it were taken as documents of their own."]
    assert list(integrity.findings()) == []


def test_a_mail_and_its_attachments_are_found_with_their_pages(tmp_path):
    alice = make_user()
    pdf = make_pdf(tmp_path / "travel.pdf", "Cover page of the handbook", "Hotel costs are paid up to 120 euros.")
    docx = make_docx(tmp_path / "leave.docx", paragraph("Parental leave lasts fourteen weeks."))

    document = unpacked(make_collection(readers=[alice]), mail_with(pdf, docx), "mail.eml")

    assert document.state == READY
    assert members(document) == {("", "travel.pdf"): READY, ("", "leave.docx"): READY}
    found = {
        question: find_passages(question, alice, 1).hits[0]
        for question in ("hotel costs", "parental leave", "files attached for review")
    }
    assert [(hit.file_name, hit.page) for hit in found.values()] == [
        ("travel.pdf", 2),
        ("leave.docx", 1),
        ("mail.eml", 1),
    ]
    assert list(integrity.findings()) == []


def test_running_twice_adds_nothing():
    document = unpacked(make_collection(), {"a.txt": "A.", "b.txt": "B."})
    before = set(Document.objects.values_list("pk", flat=True))

    ingestion.retry(document)
    run_all()

    document.refresh_from_db()
    assert set(Document.objects.values_list("pk", flat=True)) == before
    assert words(document) == ["2 files in it were taken as documents of their own."]


def test_a_run_that_was_killed_half_way_is_finished_by_the_next(monkeypatch):
    document = accepted_document(
        make_collection(), make_zip({f"{n}.txt": f"Text {n}." for n in range(5)}), file_name="f.zip"
    )
    accept = ingestion.accept

    def killed_at_the_third(*arguments, **options):
        if document.members.count() == 2:
            raise KeyboardInterrupt
        return accept(*arguments, **options)

    monkeypatch.setattr(ingestion, "accept", killed_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        indexing.run(document.jobs.get().pk)
    assert document.members.count() == 2
    monkeypatch.undo()
    jobs.requeue(document.jobs.all())
    run_all()

    document.refresh_from_db()
    assert sorted(member.file_name for member in document.members.all()) == [f"{n}.txt" for n in range(5)]
    assert words(document) == ["5 files in it were taken as documents of their own."]
    assert list(integrity.findings()) == []


@pytest.mark.parametrize("loss", ["lease", "document"])
def test_a_worker_that_lost_its_job_adds_nothing_more(monkeypatch, loss):
    document = accepted_document(
        make_collection(), make_zip({f"{n}.txt": f"T{n}." for n in range(3)}), file_name="f.zip"
    )
    take = unpacking._take

    def lose_it_after_the_first(claim, container, member, tally):
        take(claim, container, member, tally)
        if loss == "lease":
            IndexJob.objects.filter(document=document).update(attempt=7)
        else:
            ingestion.delete(Document.objects.get(pk=document.pk))

    monkeypatch.setattr(unpacking, "_take", lose_it_after_the_first)
    indexing.run(document.jobs.get().pk)

    assert Document.objects.exclude(pk=document.pk).count() == (1 if loss == "lease" else 0)


def test_what_is_not_taken_is_named_with_its_reason():
    document = unpacked(make_collection(), {"a.txt": "A.", "setup.exe": b"MZ\0\0" + bytes(90), "b.bin": b"\0\1\2" * 9})

    assert members(document) == {("", "a.txt"): READY}
    reason = "This kind of file cannot be read"
    assert words(document)[1] == f"2 of 3 files were not taken: setup.exe ({reason}), b.bin ({reason})."


def test_files_that_the_collection_has_are_named_and_not_added():
    shelf = make_collection()
    indexed_document(shelf, "Leave is fifteen days.", title="Leave rules")

    document = unpacked(shelf, {"copy.txt": "Leave is fifteen days.", "a.txt": "A.", "again.txt": "A."})

    assert members(document) == {("", "a.txt"): READY}
    assert words(document)[1] == (
        "2 of 3 files are already in the collection: copy.txt (“Leave rules”), again.txt (“a”)."
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (make_zip({"setup.exe": b"MZ\0\0" + bytes(90)}), FailureCode.NOTHING_INSIDE),
        (make_zip({"empty.txt": ""}), FailureCode.NOTHING_INSIDE),
        (encrypted_zip({"a.txt": "x" * 50, "b.txt": "y" * 50}), FailureCode.ENCRYPTED),
        (make_zip({"../a.txt": "x"}), FailureCode.UNSAFE_ARCHIVE),
        (make_zip({f"{n}.txt": "x" for n in range(2_000)}), FailureCode.TOO_MUCH_INSIDE),
    ],
    ids=["programs", "empty", "encrypted", "slip", "many"],
)
def test_an_archive_without_a_usable_file_fails_with_a_reason(data, code):
    document = unpacked(make_collection(), data)

    assert (document.state, document.error_code) == (FAILED, code)
    assert Document.objects.count() == 1


def test_containers_in_containers_are_opened_to_the_second_level():
    deepest = make_zip({"deepest.txt": "Deepest."})
    inner = make_zip({"deep.zip": deepest, "inner.txt": "Inner."})

    outer = unpacked(make_collection(), {"inner.zip": inner, "mail.eml": mail_with()})

    found = {document.file_name: (document.state, document.error_code) for document in Document.objects.all()}
    assert found == {
        "files.zip": (READY, ""),
        "inner.zip": (READY, ""),
        "mail.eml": (READY, ""),
        "inner.txt": (READY, ""),
        "deep.zip": (FAILED, FailureCode.TOO_DEEP),
    }
    assert outer.members.count() == 2


def test_everything_below_one_upload_is_bounded(monkeypatch):
    monkeypatch.setattr(unpacking, "MAX_MEMBERS", 6)
    packs = {f"{n}.zip": make_zip({f"{n}{m}.txt": f"Text {n} {m}." for m in range(3)}) for n in range(2)}

    unpacked(make_collection(), packs)

    assert Document.objects.count() == 1 + 6
    assert "too much" in words(Document.objects.get(file_name="1.zip"))[1]


def test_a_new_generation_does_not_unpack_again():
    document = unpacked(make_collection(), {"a.txt": "A.", "b.txt": "B."})
    ingestion.delete(document.members.get(file_name="b.txt"))
    generation = generations.create(Plan(Generation.objects.active().model))
    job = document.jobs.create(generation=generation)

    document.refresh_from_db()
    claim = jobs.claim(job.pk)

    assert indexing._read(claim, document) == []
    assert members(document) == {("", "a.txt"): READY}


def test_deleting_a_container_deletes_what_came_out_of_it(django_capture_on_commit_callbacks):
    inner = make_zip({"inner.txt": "Inner."})
    document = unpacked(make_collection(), {"a.txt": "A.", "inner.zip": inner})
    files = [row.file.path for row in Document.objects.all()]
    assert len(files) == 4

    with django_capture_on_commit_callbacks(execute=True):
        ingestion.delete(document)

    assert not Document.objects.exists()
    assert not Chunk.objects.exists()
    assert Generation.objects.active().chunk_count == 0
    assert not any(map(os.path.exists, files))


def test_pages_show_where_documents_come_from_and_what_goes_with_them(client):
    alice = make_user()
    client.force_login(alice)
    document = unpacked(make_collection(editors=[alice]), {"rules/a.txt": "A.", "inner.zip": make_zip({"b.txt": "B."})})
    member = document.members.get(file_name="a.txt")

    container = client.get(document.get_absolute_url()).content.decode()
    single = client.get(member.get_absolute_url()).content.decode()
    listed = client.get(document.collection.get_absolute_url()).content.decode()
    asked = client.get(reverse("documents:document_delete", args=[document.pk])).content.decode()

    assert member.get_absolute_url() in container
    assert document.get_absolute_url() in single
    assert "rules" in single
    assert "files.zip" in listed
    assert "3 documents" in asked
