"""Measured runs: index a question set in a scratch generation, ask every query in every mode, drop it again.

The scratch generation has its own term counts and calibration, so that a measurement neither sees nor changes the
company's index.
"""

import logging
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from django.db import connection, transaction

from documents import generations, index
from documents.embedders import Embedder, embedder_for
from documents.indexing import Passage, embedded, passages_of
from documents.models import Collection, Document, Generation, Page
from search import metrics
from search.beir import BeirSet, CorpusDocument
from search.calibration import calibrate
from search.retrieval import Mode, find_in
from search.scope import Scope

logger = logging.getLogger(__name__)

# Hits that are asked for; several may be windows of one document, and ten documents are judged.
DEPTH_HITS = 30
DEPTH = 10

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class ModeResult:
    """Means over the queries, and milliseconds of one search."""

    ndcg_10: float
    recall_1: float
    recall_5: float
    recall_10: float
    mrr_10: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    queries: int
    documents: int
    chunks: int
    calibration: dict[str, float]
    modes: dict[Mode, ModeResult]


def evaluate(questions: BeirSet, modes: Sequence[Mode], report: Report) -> Evaluation:
    """Measure each mode on the whole set; `report(step, done, total)` is called along the way."""
    with scratch_index(questions.documents, report) as (scope, keys):
        figures = calibrate(scope.generation)
        results = {mode: _measured(questions, mode, scope, keys, report) for mode in modes}
        return Evaluation(
            len(questions.queries),
            len(questions.documents),
            scope.generation.chunk_count,
            figures,
            results,
        )


@contextmanager
def scratch_index(
    corpus: Sequence[CorpusDocument], report: Report, embedder: Embedder | None = None
) -> Iterator[tuple[Scope, dict[int, str]]]:
    """Index a corpus beside everything else; yields the scope and document id -> corpus key, and cleans up.

    `embedder` stands in for the model's own, for vectors and counts of tokens that were computed before.
    """
    active = Generation.objects.active()
    collection = Collection.objects.create(name=f"scratch {uuid.uuid4()}", is_scratch=True)
    generation = generations.create(active.model, is_scratch=True)
    try:
        documents = _documents(collection, corpus)
        with transaction.atomic():
            embedder = embedder or embedder_for(generation.model)
            passages = _passages(documents, corpus, generation, embedder, report)
            vectors = _vectors(passages, embedder, generation, report)
            index.add(generation, _entries(documents, passages, vectors, report))
        generations.create_indexes(generation)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE documents_chunk")
        generation.refresh_from_db()
        keys = {document.pk: row.key for document, row in zip(documents, corpus, strict=True)}
        yield Scope(generation, (collection.pk,)), keys
    finally:
        generations.drop(generation)
        collection.delete()


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


def _passages(
    documents: Sequence[Document],
    corpus: Sequence[CorpusDocument],
    generation: Generation,
    embedder: Embedder,
    report: Report,
) -> list[list[Passage]]:
    passages: list[list[Passage]] = []
    for document, row in zip(documents, corpus, strict=True):
        page = Page(document=document, number=1, text=row.text, offset=0, headings=[])
        passages.append(passages_of(row.title, [page], generation, embedder=embedder))
        report("windows", len(passages), len(corpus))
    return passages


def _vectors(
    passages: Sequence[Sequence[Passage]], embedder: Embedder, generation: Generation, report: Report
) -> np.ndarray:
    flat = list(chain.from_iterable(passages))
    vectors = np.zeros((len(flat), generation.model.dimensions), dtype=np.float32)
    done = 0
    for positions, step in embedded(flat, embedder):
        vectors[positions] = step
        done += len(positions)
        report("vectors", done, len(flat))
    return vectors


def _entries(
    documents: Sequence[Document], passages: Sequence[Sequence[Passage]], vectors: np.ndarray, report: Report
) -> list[index.Entry]:
    found: list[index.Entry] = []
    rest = iter(vectors)
    for document, group in zip(documents, passages, strict=True):
        found.extend(index.entries(document, group, list(islice(rest, len(group)))))
        report("terms", len(found), len(vectors))
    return found


def _measured(questions: BeirSet, mode: Mode, scope: Scope, keys: dict[int, str], report: Report) -> ModeResult:
    scores: list[tuple[float, ...]] = []
    times: list[float] = []
    for key, query in questions.queries.items():
        found = find_in(scope, query, DEPTH_HITS, mode)
        ranking = list(dict.fromkeys(keys[hit.document_id] for hit in found.hits))
        judgements = questions.judgements[key]
        scores.append(
            (
                metrics.ndcg(ranking, judgements, DEPTH),
                metrics.recall(ranking, judgements, 1),
                metrics.recall(ranking, judgements, 5),
                metrics.recall(ranking, judgements, DEPTH),
                metrics.reciprocal_rank(ranking, judgements, DEPTH),
            )
        )
        times.append(found.milliseconds)
        report(mode, len(scores), len(questions.queries))
    means = np.asarray(scores).mean(axis=0) if scores else np.zeros(5)
    ndcg, recall_1, recall_5, recall_10, mrr = (round(float(mean), 4) for mean in means)
    return ModeResult(
        ndcg,
        recall_1,
        recall_5,
        recall_10,
        mrr,
        round(metrics.percentile(times, 0.5), 2),
        round(metrics.percentile(times, 0.95), 2),
    )
