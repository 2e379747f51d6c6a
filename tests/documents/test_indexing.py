"""The pipeline of a job: run twice, at once, for two generations, and while the document goes away."""

import threading

import psycopg
import pytest
from django.db import connection

from documents import generations, index, indexing, ingestion, integrity, jobs
from documents.embedding.embedders import embedder_of
from documents.extraction import ExtractedPage, Extraction
from documents.failure_codes import FailureCode
from documents.generations import Plan
from documents.models import Chunk, Document, EmbeddingModel, Generation, IndexJob, Page, Term
from tests.documents.rows import document_row
from tests.factories import accepted_document, indexed_document, make_collection

TEXT = "\n\n".join(f"Rule {number}. " + "Every employee reads this rule once a year. " * 6 for number in range(12))


def chunks_of(document):
    return [
        (chunk.generation_id, chunk.ordinal, chunk.start, chunk.end, chunk.text)
        for chunk in Chunk.objects.filter(document=document).order_by("generation_id", "ordinal")
    ]


def read_at_once(monkeypatch, *texts, meanwhile=lambda: None, **options):
    """Files are read in this process; `meanwhile` happens while that goes on."""

    def extract(path, media_type, on_page):
        meanwhile()
        pages = tuple(ExtractedPage(number, text) for number, text in enumerate(texts, start=1))
        return Extraction(**{"title": "", "pages": pages, "page_based": True, "notes": (), **options})

    monkeypatch.setattr(indexing, "extract", extract)


def run_jobs(document):
    for job in document.jobs.order_by("generation_id"):
        indexing.run(job.pk)
    document.refresh_from_db()


@pytest.mark.django_db
def test_document_becomes_searchable():
    document = indexed_document(make_collection(), TEXT, title="Rules")

    job = document.jobs.get()
    assert (document.state, document.page_count, document.language) == (Document.State.READY, 1, "en")
    assert document.chunk_count == len(chunks_of(document)) > 1
    assert (job.state, job.error_code, job.lease_until) == (IndexJob.State.DONE, "", None)
    assert list(integrity.findings()) == []


@pytest.mark.django_db
def test_running_a_job_twice_changes_nothing():
    document = indexed_document(make_collection(), TEXT)
    before, terms = chunks_of(document), set(Term.objects.values_list("id", "df"))

    run_jobs(document)
    assert chunks_of(document) == before
    ingestion.retry(document)
    run_jobs(document)

    assert chunks_of(document) == before
    assert set(Term.objects.values_list("id", "df")) == terms
    assert document.state == Document.State.READY


@pytest.mark.django_db
def test_document_enters_every_live_generation(monkeypatch):
    second = generations.create(Plan(Generation.objects.active().model))
    read_at_once(monkeypatch, TEXT)

    document = accepted_document(make_collection(), TEXT)
    run_jobs(document)

    assert [job.state for job in document.jobs.all()] == [IndexJob.State.DONE] * 2
    of_active = [row for row in chunks_of(document) if row[0] != second.pk]
    of_second = [row for row in chunks_of(document) if row[0] == second.pk]
    assert [row[1:] for row in of_active] == [row[1:] for row in of_second]
    assert document.chunk_count == len(of_active)
    assert Page.objects.filter(document=document).count() == 1
    assert list(integrity.findings()) == []


@pytest.mark.django_db
def test_failure_in_a_generation_that_does_not_answer_leaves_the_document_searchable(monkeypatch):
    broken = EmbeddingModel.objects.create(
        provider="sentence-transformers", name="/nowhere", dimensions=384, max_tokens=256, licence="open-source"
    )
    generation = generations.create(Plan(broken))
    read_at_once(monkeypatch, TEXT)

    document = accepted_document(make_collection(), TEXT)
    run_jobs(document)

    assert document.state == Document.State.READY
    assert document.jobs.get(generation=generation).error_code == FailureCode.MODEL_MISSING


@pytest.mark.django_db
def test_two_jobs_that_read_the_same_file_at_once_keep_one_set_of_pages(monkeypatch):
    generations.create(Plan(Generation.objects.active().model))
    document = accepted_document(make_collection(), TEXT)
    first, second = document.jobs.order_by("pk")
    inside = []

    def other_job_is_quicker():
        if not inside:
            inside.append(True)
            indexing.run(second.pk)

    read_at_once(monkeypatch, TEXT, meanwhile=other_job_is_quicker, title="Own title")
    indexing.run(first.pk)

    first.refresh_from_db()
    assert (first.state, first.error_code, first.attempt) == (IndexJob.State.DONE, "", 1)
    assert Page.objects.filter(document=document).count() == 1
    assert list(integrity.findings()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("stage", ["reading", "entering"])
def test_document_deleted_while_it_is_indexed_leaves_nothing(monkeypatch, stage):
    document = accepted_document(make_collection(), TEXT)

    def delete():
        ingestion.delete(Document.objects.get(pk=document.pk))

    read_at_once(monkeypatch, TEXT, meanwhile=delete if stage == "reading" else lambda: None)
    if stage == "entering":
        entries = index.entries
        monkeypatch.setattr(index, "entries", lambda *arguments: (delete(), entries(*arguments))[1])

    indexing.run(document.jobs.get().pk)

    assert not Document.objects.exists()
    assert not Chunk.objects.exists()
    assert not Term.objects.exists()
    assert not Page.objects.exists()
    assert Generation.objects.active().chunk_count == 0


@pytest.mark.django_db
def test_worker_whose_job_was_taken_over_enters_nothing(monkeypatch):
    document = accepted_document(make_collection(), TEXT)
    job = document.jobs.get()

    read_at_once(
        monkeypatch, TEXT, meanwhile=lambda: IndexJob.objects.filter(pk=job.pk).update(attempt=7, worker="other:1:1")
    )
    indexing.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempt) == (IndexJob.State.RUNNING, 7)
    assert not Chunk.objects.exists()
    assert not Page.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("texts", [(), ("",), ("  \n ", "\n")])
def test_file_without_text_fails_with_a_reason(monkeypatch, texts):
    read_at_once(monkeypatch, *texts)

    document = accepted_document(make_collection(), TEXT)
    run_jobs(document)

    assert (document.state, document.error_code) == (Document.State.FAILED, FailureCode.NO_TEXT)


@pytest.mark.django_db
@pytest.mark.parametrize(("file_name", "title", "shown"), [("a.txt", "", "Own"), ("a.txt", "Mine", "Mine")])
def test_title_of_the_file_is_taken_unless_a_person_gave_one(monkeypatch, file_name, title, shown):
    read_at_once(monkeypatch, TEXT, title="Own")

    document = accepted_document(make_collection(), TEXT, file_name=file_name, title=title)
    run_jobs(document)

    assert document.title == shown


@pytest.mark.django_db
def test_page_that_is_not_readable_gets_into_no_window():
    document = document_row(make_collection())
    texts = ["Short first page that goes on", "�������� rubbish ��������", "and ends here."]
    pages, offset = [], 0
    for number, text in enumerate(texts, start=1):
        pages.append(
            Page(document=document, number=number, text=text, offset=offset, quality=0.2 if number == 2 else 1)
        )
        offset += len(text) + 2

    passages = indexing.passages_of("Title", pages, Generation.objects.active())

    assert [passage.text for passage in passages] == [texts[0], texts[2]]


@pytest.mark.django_db
def test_windows_and_their_context_fit_the_generation():
    generation = Generation.objects.active()
    heading = "A heading that is far longer than any heading should be " * 15
    text = heading + "Every employee reads this rule once a year. " * 150
    page = Page(number=1, text=text, offset=0, headings=[{"start": 0, "level": 1, "text": heading}], quality=1)

    passages = indexing.passages_of("Title", [page], generation)

    count = embedder_of(generation).token_starts
    assert len(passages) > 3
    assert all(len(count(passage.embedded_text)) <= generation.window_tokens for passage in passages)
    assert all(len(count(passage.context)) <= generation.window_tokens / 4 for passage in passages)


def test_readers_see_the_old_chunks_or_the_new_ones_never_half(transactional_db, monkeypatch):
    document = indexed_document(make_collection(), TEXT)
    count = document.chunk_count
    ingestion.retry(document)
    seen, stop = set(), threading.Event()
    where = connection.get_connection_params()

    def look():
        with psycopg.connect(
            **{key: where[key] for key in ("dbname", "user", "host", "port") if key in where}, autocommit=True
        ) as other:
            while not stop.wait(0.002):
                row = other.execute(
                    "SELECT (SELECT count(*) FROM documents_chunk WHERE document_id = %(key)s),"
                    " (SELECT chunk_count FROM documents_generation WHERE state = 'active'),"
                    " (SELECT coalesce(max(df), 0) FROM documents_term WHERE text = 'rule')",
                    {"key": document.pk},
                ).fetchone()
                seen.add(row)

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for _round in range(3):
            document.jobs.update(state=IndexJob.State.QUEUED)
            run_jobs(document)
    finally:
        stop.set()
        reader.join()

    assert {(chunks, counted) for chunks, counted, _df in seen} == {(count, count)}
    assert len({df for _chunks, _counted, df in seen}) == 1
    assert document.jobs.get().attempt == 4


def test_deleting_while_the_pages_are_stored_does_not_block_each_other(transactional_db, monkeypatch):
    document = accepted_document(make_collection(), TEXT)
    job, deleting = document.jobs.get(), []
    renew = jobs.Claim.renew

    def delete():
        ingestion.delete(Document.objects.get(pk=document.pk))
        connection.close()

    def renew_and_delete(claim, stage, *progress):
        renew(claim, stage, *progress)
        if progress and not deleting:
            deleting.append(threading.Thread(target=delete))
            deleting[0].start()
            deleting[0].join(0.3)

    read_at_once(monkeypatch, TEXT)
    monkeypatch.setattr(jobs.Claim, "renew", renew_and_delete)
    indexing.run(job.pk)
    deleting[0].join()

    assert not Document.objects.filter(pk=document.pk).exists()
    assert not Chunk.objects.filter(document_id=document.pk).exists()


@pytest.mark.django_db
def test_running_heads_and_feet_stay_in_pages_and_out_of_passages(monkeypatch):
    texts = [f"ACME handbook\n{TEXT} Who goes on\n- {number} -" for number in (1, 2, 3)]
    document = accepted_document(make_collection(), TEXT)

    def extract(path, media_type, on_page):
        marked = [
            ExtractedPage(number, text, margins=((0, 13), (len(text) - 5, len(text))))
            for number, text in enumerate(texts, start=1)
        ]
        return Extraction(pages=tuple(marked), page_based=True)

    monkeypatch.setattr(indexing, "extract", extract)
    run_jobs(document)

    chunks = Chunk.objects.filter(document=document)
    assert [page.text for page in document.pages.all()] == texts
    assert not any("ACME" in chunk.text or "- 1 -" in chunk.text for chunk in chunks)
    assert any(chunk.text.endswith("Who goes on") for chunk in chunks)
    assert list(integrity.findings()) == []
