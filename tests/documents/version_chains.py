"""Documents that replace each other, for tests, and what the index holds of them."""

from documents import indexing
from documents.extraction import ExtractedPage, Extraction
from documents.models import Chunk, Document, Generation
from tests.factories import accepted_document, indexed_document, make_collection


def read_in_process(monkeypatch):
    """Text files are read in this process, which is quicker than a child for each."""

    def extract(path, media_type, on_page=None):
        return Extraction(pages=(ExtractedPage(1, path.read_text()),), page_based=False)

    monkeypatch.setattr(indexing, "extract", extract)


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
