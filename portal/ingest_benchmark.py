"""How fast documents become searchable, step by step, against the bare model on the same texts in the same run."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil
from django.conf import settings
from django.core.files.base import ContentFile

from documents import indexing, ingestion, places
from documents.embedding import local
from documents.embedding.embedders import embedder_of
from documents.embedding.vectors import Embedder
from documents.extraction import extract
from documents.extraction.detection import detect
from documents.failure_codes import IndexingFailure
from documents.indexing import Passage
from documents.models import Collection, Document, Generation
from documents.terms import analyse
from portal.specimens import specimens
from portal.supervisor import Supervisor
from portal.trial import child

T = TypeVar("T")

POLL_S = 0.2
# Documents that load the model and the analysers before the clock runs.
WARM_UP = 4
MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Report:
    """Rates per second; memory of the worker in MB, resident. A chunk that is longer than the model takes has parts."""

    documents: int
    pages: int
    chunks: int
    parts: int
    extracted_pages_per_s: float
    windows_per_s: float
    terms_per_s: float
    bare_chunks_per_s: float
    end_to_end_chunks_per_s: float
    end_to_end_of_bare: float
    worker_first_mb: int
    worker_last_mb: int
    worker_most_mb: int


def run(supervisor: Supervisor, files: Sequence[Path], say: Callable[[str], None]) -> Report:
    """Measure reading, indexing by the trial's worker, then each step and the bare model alone."""
    read, reading_s = _timed(lambda: sum(_page_count(file) for file in files))
    say(f"read {read} pages in {reading_s:.1f} s")
    warm_up = ((specimen.file_name, specimen.content) for specimen in specimens(WARM_UP, seed=0))
    _ingest(Collection.objects.create(name="warm"), warm_up)
    shelf = Collection.objects.create(name="measured")
    with _memory_of(supervisor) as memory:
        _nothing, indexing_s = _timed(lambda: _ingest(shelf, ((file.name, file.read_bytes()) for file in files)))
    say(f"indexed in {indexing_s:.1f} s")
    ready = list(Document.objects.filter(collection=shelf, state=Document.State.READY))
    generation = Generation.objects.select_related("model").get(pk=Generation.objects.active().pk)
    embedder = embedder_of(generation)
    passages, windows_s = _timed(lambda: [one for document in ready for one in _passages(document, generation)])
    terms, terms_s = _timed(lambda: analyse([one.text for one in passages], [one.context for one in passages]))
    parts, bare_s = _bare(embedder, [one.embedded_text for one in passages])
    say(f"bare model: {bare_s:.1f} s")
    return Report(
        documents=len(ready),
        pages=sum(document.page_count for document in ready),
        chunks=len(passages),
        parts=parts,
        extracted_pages_per_s=_rate(read, reading_s),
        windows_per_s=_rate(len(passages), windows_s),
        terms_per_s=_rate(sum(found.words.total() + found.bigrams.total() for found in terms), terms_s),
        bare_chunks_per_s=_rate(len(passages), bare_s),
        end_to_end_chunks_per_s=_rate(len(passages), indexing_s),
        end_to_end_of_bare=round(bare_s / indexing_s, 3),
        worker_first_mb=memory[0],
        worker_last_mb=memory[-1],
        worker_most_mb=max(memory),
    )


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    begin = time.monotonic()
    return work(), time.monotonic() - begin


def _page_count(file: Path) -> int:
    """Read a file as a worker would; one that cannot be read has no pages."""
    try:
        return len(extract(file.resolve(), detect(file, file.name)).pages)
    except IndexingFailure:
        return 0


def _ingest(shelf: Collection, contents: Iterable[tuple[str, bytes]]) -> None:
    """Upload everything and wait until nothing is under way."""
    for name, content in contents:
        with suppress(ingestion.Rejected):
            ingestion.accept(ContentFile(content, name=name), collection=shelf, uploaded_by=None)
    while Document.objects.filter(collection=shelf).in_progress().exists():
        time.sleep(POLL_S)


def _passages(document: Document, generation: Generation) -> list[Passage]:
    document_pages = list(document.pages.order_by("number"))
    are_apart = places.are_apart(document.media_type)
    return indexing.passages_of(document.title, document_pages, generation, are_apart=are_apart)


def _bare(embedder: Embedder, texts: Sequence[str]) -> tuple[int, float]:
    """Number of texts that the model was given, and the seconds that it alone took, used as its makers show it."""
    model = local.load(local.model_folder(local.BUNDLED_MODEL), settings.EMBEDDING_THREADS)
    parts = [part for text_parts in embedder.parts(texts) for part in text_parts]
    model.encode(parts[:WARM_UP], show_progress_bar=False)
    _vectors, seconds = _timed(lambda: model.encode(parts, show_progress_bar=False))
    return len(parts), seconds


@contextmanager
def _memory_of(supervisor: Supervisor) -> Iterator[list[int]]:
    """Resident memory of the worker in MB, from now to the end of the block."""
    worker = psutil.Process(child(supervisor, "worker").process.pid)
    seen, stopped = [worker.memory_info().rss // MEGABYTE], threading.Event()

    def look() -> None:
        while not stopped.wait(POLL_S):
            seen.append(worker.memory_info().rss // MEGABYTE)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        stopped.set()
        thread.join()


def _rate(count: int, seconds: float) -> float:
    return round(count / seconds, 2)
