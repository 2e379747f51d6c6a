"""Indexes that are made to be measured, and dropped again: of a corpus that is not the company's, or of its documents.

A scratch generation has its own term counts and calibration, so that a measurement neither sees nor changes the
company's index.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from django.db import OperationalError, connection, transaction

from documents import generations, index
from documents.embedding.embedders import embedder_of
from documents.embedding.vectors import Embedder
from documents.generations import Plan
from documents.indexing import Passage, embedded, passages_of
from documents.models import Collection, Document, Generation, Page
from search.beir import CorpusDocument
from search.scope import Scope

logger = logging.getLogger(__name__)

# Called with a step, how much of it is done, and how much there is.
Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A document that is stored, with the pages to cut; they need not be."""

    document: Document
    pages: Sequence[Page]
    are_apart: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """What it took to fill a generation."""

    windows: int
    embedding_seconds: float


@contextmanager
def scratch_index(
    corpus: Sequence[CorpusDocument], report: Report, embedder: Embedder | None = None, plan: Plan | None = None
) -> Iterator[tuple[Scope, dict[int, str]]]:
    """Index a corpus beside everything else; yields the scope and document id -> corpus key, and cleans up.

    `embedder` stands in for the model's own, for vectors and counts of tokens that were computed before. Without a
    plan windows and model are those of the generation that answers.
    """
    collection = Collection.objects.create(name=f"scratch {uuid.uuid4()}", is_scratch=True)
    try:
        with scratch_generation(plan or Plan(Generation.objects.active().model)) as generation:
            documents = _documents(collection, corpus)
            fill(generation, list(map(_source, documents, corpus)), report, embedder)
            keys = {document.pk: row.key for document, row in zip(documents, corpus, strict=True)}
            yield Scope(generation, (collection.pk,)), keys
    finally:
        collection.delete()


@contextmanager
def scratch_generation(
    plan: Plan, made: Callable[[Generation], None] = lambda generation: None
) -> Iterator[Generation]:
    """An empty generation that is dropped behind. `made` is called in the transaction that it begins with."""
    with transaction.atomic():
        generation = generations.create(plan, is_scratch=True)
        made(generation)
    try:
        yield generation
    finally:
        _drop(generation)


def _drop(generation: Generation) -> None:
    """What was measured is not lost because somebody looks at the table; `verify_index --repair` drops what stays."""
    try:
        generations.drop(generation)
    except OperationalError:
        logger.exception("scratch generation %s stays", generation.pk)
        connection.close_if_unusable_or_obsolete()


def fill(generation: Generation, sources: Sequence[Source], report: Report, embedder: Embedder | None = None) -> Filled:
    """Cut, embed and index the documents, and make the indexes that searching needs."""
    embedder = embedder or embedder_of(generation)
    passages = _passages(sources, generation, embedder, report)
    started = time.perf_counter()
    vectors = _vectors(passages, embedder, generation, report)
    seconds = time.perf_counter() - started
    entries = _entries(sources, passages, vectors, report)
    with transaction.atomic():
        index.add(generation, entries)
    generations.create_indexes(generation)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE documents_chunk")
    generation.refresh_from_db()
    return Filled(len(entries), seconds)


def _documents(collection: Collection, corpus: Sequence[CorpusDocument]) -> list[Document]:
    rows = [
        Document(
            collection=collection,
            title=row.title[:300],
            file_name=row.key[:255],
            media_type="text/plain",
            sha256=uuid.uuid4().hex * 2,
            size=len(row.text),
            page_based=False,
            state=Document.State.READY,
        )
        for row in corpus
    ]
    return Document.objects.bulk_create(rows, batch_size=1000)


def _source(document: Document, row: CorpusDocument) -> Source:
    return Source(document, [Page(document=document, number=1, text=row.text, offset=0, headings=[])])


def _passages(
    sources: Sequence[Source], generation: Generation, embedder: Embedder, report: Report
) -> list[list[Passage]]:
    found: list[list[Passage]] = []
    for source in sources:
        title, apart = source.document.title, source.are_apart
        found.append(passages_of(title, source.pages, generation, are_apart=apart, embedder=embedder))
        report("windows", len(found), len(sources))
    return found


def _vectors(
    passages: Sequence[Sequence[Passage]], embedder: Embedder, generation: Generation, report: Report
) -> np.ndarray:
    flat = list(chain.from_iterable(passages))
    vectors = np.zeros((len(flat), generation.dimensions), dtype=np.float32)
    done = 0
    for positions, step in embedded(flat, embedder):
        vectors[positions] = step
        done += len(positions)
        report("vectors", done, len(flat))
    return vectors


def _entries(
    sources: Sequence[Source], passages: Sequence[Sequence[Passage]], vectors: np.ndarray, report: Report
) -> list[index.Entry]:
    found: list[index.Entry] = []
    rest = iter(vectors)
    for source, group in zip(sources, passages, strict=True):
        found.extend(index.entries(source.document, group, list(islice(rest, len(group)))))
        report("terms", len(found), len(vectors))
    return found
