"""What an upload does before any worker is involved, whatever the file, its name and the broker are like."""

import os
import socket
import time
import unicodedata
import uuid

import pytest
from celery import Celery
from django.core.files.storage import default_storage

from documents import indexing, ingestion
from documents.failure_codes import FailureCode
from documents.ingestion import Rejected
from documents.models import Chunk, Document, Generation, IndexJob, Page, Term
from tests.factories import accepted_document, indexed_document, make_collection

pytestmark = pytest.mark.django_db


def stored_files():
    root = default_storage.location
    return [name for _folder, _folders, names in os.walk(root) for name in names]


def rejection(collection, content, name="note.txt"):
    with pytest.raises(Rejected) as caught:
        accepted_document(collection, content, file_name=name)
    return caught.value


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\kim\\연차 규정.docx", "연차 규정.docx"),
        (unicodedata.normalize("NFD", "연차.pdf"), "연차.pdf"),
        ("a\x00b\x1f\n.txt", "ab.txt"),
        ("in\u202evoice fdp.exe.pdf", "invoice fdp.exe.pdf"),
        ("a\u2028b\u2029c\u200bd.md", "abcd.md"),
        ("bad \udcff name.txt", "bad  name.txt"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("x" * 300, "x" * 200),
        ("a." + "x" * 300, "a." + "x" * 198),
        (".pdf", ".pdf"),
        ("", "document"),
        ("\u202e\x00", "document"),
        ("folder/", "document"),
    ],
)
def test_shown_name_is_short_visible_and_no_path(name, shown):
    assert ingestion.shown_name(name) == shown


def test_accepted_document_is_stored_with_a_job_for_each_live_generation():
    document = accepted_document(make_collection(), "One sentence.", file_name="../Leave 2026.txt")

    assert (document.title, document.file_name, document.size) == ("Leave 2026", "Leave 2026.txt", 13)
    assert (document.state, document.media_type) == (Document.State.WAITING, "text/plain")
    assert [job.state for job in document.jobs.all()] == [IndexJob.State.QUEUED] * Generation.objects.live().count()
    assert "Leave" not in document.file.name


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "note.txt", FailureCode.EMPTY_FILE),
        (b"MZ\x90\x00" + b"\x00" * 100, "setup.exe", FailureCode.UNSUPPORTED_TYPE),
        (b"GIF89a" + b"\x00" * 100, "picture.pdf", FailureCode.UNSUPPORTED_TYPE),
    ],
)
def test_file_that_cannot_be_read_is_refused_and_not_kept(content, name, code):
    refusal = rejection(make_collection(), content, name)

    assert refusal.code in (code, FailureCode.WRONG_TYPE)
    assert not Document.objects.exists()
    assert stored_files() == []


def test_file_larger_than_allowed_is_refused_and_not_kept(settings):
    settings.UPLOAD_MAX_BYTES = 10

    assert rejection(make_collection(), b"eleven byte").code == FailureCode.TOO_LARGE
    assert accepted_document(make_collection("Other"), b"ten bytes!").pk
    assert len(stored_files()) == 1


def test_same_content_is_taken_once_in_a_collection_and_names_the_first():
    collection = make_collection()
    first = accepted_document(collection, "One sentence.", file_name="a.txt")

    refusal = rejection(collection, "One sentence.", "b.txt")

    assert (refusal.code, refusal.duplicate_of) == (FailureCode.DUPLICATE, first)
    assert accepted_document(make_collection("Other"), "One sentence.").pk
    assert len(stored_files()) == 2


def test_copy_that_comes_in_at_the_same_moment_is_refused_too(monkeypatch):
    collection = make_collection()
    first = accepted_document(collection, "One sentence.")
    checks = []
    refuse = ingestion.refuse_copies

    def overtaken(*arguments):
        checks.append(arguments)
        if len(checks) > 1:
            refuse(*arguments)

    monkeypatch.setattr(ingestion, "refuse_copies", overtaken)

    assert rejection(collection, "One sentence.").duplicate_of == first
    assert len(stored_files()) == 1


def send_to(url, monkeypatch):
    """The product's own Celery settings with another broker."""
    app = Celery("elsewhere", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.broker_url = url

    @app.task(name=f"elsewhere.{uuid.uuid4()}")
    def run_job(job_id):
        pass

    monkeypatch.setattr(ingestion, "run_job", run_job)
    return app


def received(app):
    """Arguments of the messages that wait."""
    with app.connection_for_read() as broker, broker.SimpleQueue("celery") as queue:
        return [queue.get_nowait().payload[0] for _message in range(queue.qsize())]


def test_message_is_sent_after_the_commit_only(django_capture_on_commit_callbacks, monkeypatch):
    app = send_to("memory://", monkeypatch)

    with django_capture_on_commit_callbacks() as callbacks:
        document = accepted_document(make_collection())
    assert received(app) == []
    for callback in callbacks:
        callback()

    assert received(app) == [[document.jobs.get().pk]]
    assert document.jobs.get().hinted_at


@pytest.fixture
def silent_broker():
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.mark.parametrize("broker", ["refusing", "missing", "silent"])
def test_document_is_accepted_quickly_when_the_broker_is_down(
    broker, silent_broker, django_capture_on_commit_callbacks, monkeypatch
):
    nobody, nowhere = "redis://127.0.0.1:1/0", "redis+socket:///nowhere/redis.sock"
    send_to({"refusing": nobody, "missing": nowhere, "silent": silent_broker}[broker], monkeypatch)
    started = time.monotonic()

    with django_capture_on_commit_callbacks(execute=True):
        document = accepted_document(make_collection())

    assert time.monotonic() - started < 3
    assert document.jobs.get().hinted_at is None


def test_restart_reads_and_indexes_the_document_again():
    document = indexed_document(make_collection(), "One sentence about leave.")
    document.jobs.update(state=IndexJob.State.FAILED, error_code="crashed", tries=3)
    Document.objects.filter(pk=document.pk).update(state=Document.State.FAILED, error_code="crashed")

    ingestion.retry(document)

    document.refresh_from_db()
    job = document.jobs.get()
    assert (document.state, document.error_code) == (Document.State.WAITING, "")
    assert (job.state, job.tries, job.error_code) == (IndexJob.State.QUEUED, 0, "")
    assert Chunk.objects.filter(document=document).exists()
    indexing.run(job.pk)
    document.refresh_from_db()
    assert document.state == Document.State.READY


def test_restart_adds_the_jobs_that_are_missing():
    document = accepted_document(make_collection())
    document.jobs.all().delete()

    ingestion.retry(document)

    assert document.jobs.count() == 1


def test_restart_of_a_deleted_document_is_a_quiet_return():
    document = accepted_document(make_collection())
    stale = Document.objects.get(pk=document.pk)
    ingestion.delete(document)

    ingestion.retry(stale)

    assert not IndexJob.objects.exists()


def test_deleting_removes_file_pages_chunks_terms_and_jobs(django_capture_on_commit_callbacks):
    collection = make_collection()
    kept = indexed_document(collection, "One sentence about leave.")
    gone = indexed_document(collection, "Another sentence about travel.")
    path = gone.file.path

    with django_capture_on_commit_callbacks(execute=True):
        ingestion.delete(gone)

    assert not os.path.exists(path)
    assert os.path.exists(kept.file.path)
    for model in (Page, Chunk, IndexJob):
        assert set(model.objects.values_list("document_id", flat=True)) == {kept.pk}
    assert not Term.objects.filter(text="travel").exists()
    assert Term.objects.filter(text="leav").exists()
    assert Generation.objects.active().chunk_count == 1


def test_deleting_twice_is_harmless():
    document = accepted_document(make_collection())
    again = Document.objects.get(pk=document.pk)
    ingestion.delete(document)

    ingestion.delete(again)

    assert not Document.objects.exists()


def test_newer_document_stays_when_the_older_one_is_deleted():
    collection = make_collection()
    old, new = accepted_document(collection, "Old rule."), accepted_document(collection, "New rule.")
    Document.objects.filter(pk=old.pk).update(superseded_by=new)

    ingestion.delete(new)

    old.refresh_from_db()
    assert old.superseded_by is None
