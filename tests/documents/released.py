"""Releases in tests: documents that have their pages already, and jobs that are done in this process.

Most are entered into the index without windows being cut and vectors computed; `computed` has that done too.
"""

from django.db.models.functions import Now

from documents import generations, index, indexing, integrity, jobs
from documents.failure_codes import FailureCode
from documents.generations import WINDOW_TOKENS, Plan
from documents.models import Chunk, Document, Generation, IndexJob, Page
from documents.releases import building
from tests.documents.rows import document_row
from tests.index_rows import axes, passages


def paged(collection, text="Every employee has fifteen days of leave.", **facts):
    """An uploaded document that was read, with its jobs waiting."""
    values = {"state": Document.State.WAITING, "media_type": "text/plain", "chunk_count": 0, "page_count": 1}
    document = document_row(collection, **(values | facts))
    Page.objects.create(document=document, number=1, text=text, offset=0)
    jobs.queue(document)
    return document


def entered(job_id):
    """Each line is a window; the generation that the portal begins with has all of them in one."""
    claim = jobs.claim(job_id)
    document = Document.objects.select_related("collection").get(pk=claim.document_id)
    generation = Generation.objects.select_related("model").get(pk=claim.generation_id)
    text = document.pages.get().text
    windows = [text] if generation.window_tokens == WINDOW_TOKENS else text.split("\n")
    vectors = axes(len(windows), generation.dimensions)
    index.swap(claim, generation, index.entries(document, passages(windows), vectors))


def computed(job_id):
    """What workers do."""
    indexing.run(job_id)


def work_off(work=entered):
    while (job_id := jobs.next_due()) is not None:
        work(job_id)


def in_library(collection, *texts, work=entered, **facts):
    documents = [paged(collection, text, **facts) for text in texts]
    work_off(work)
    for document in documents:
        document.refresh_from_db()
    return documents


def smaller(model=None, **others):
    """The bundled model at a window of a quarter."""
    return Plan(model or Generation.objects.active().model, **({"window_tokens": 128, "overlap_tokens": 16} | others))


def begun(plan=None):
    return building.begin(plan or smaller(), None)


def ready(generation):
    """What completion makes of it, inside the transaction of a test."""
    generations.create_indexes(generation)
    Generation.objects.filter(pk=generation.pk).update(state=Generation.State.READY)
    generation.refresh_from_db()
    return generation


def released(plan=None, work=entered):
    generation = begun(plan)
    work_off(work)
    return ready(generation)


def unsound():
    """What does not agree; the documents of these tests have no files."""
    return [finding for finding in integrity.findings() if finding.check != "file"]


def texts_in(generation):
    return sorted(Chunk.objects.filter(generation=generation).values_list("text", flat=True))


def now(document):
    return Document.objects.get(pk=document.pk)


def run_in(generation, document):
    entered(document.jobs.get(generation=generation).pk)


def fail_in(generation, document):
    IndexJob.objects.filter(document=document, generation=generation).update(
        state=IndexJob.State.FAILED, error_code=FailureCode.NO_TEXT, finished_at=Now()
    )
    if generation.state == Generation.State.ACTIVE:
        Document.objects.filter(pk=document.pk).update(state=Document.State.FAILED, error_code=FailureCode.NO_TEXT)
