"""Search engines and vector indexes that run in this process and keep everything in memory."""

import re
from collections.abc import Sequence

import bm25s
import faiss
import numpy as np
import tantivy
from rank_bm25 import BM25Okapi

from benchmarks.questions import DEPTH, Kind, PeerChunk, Question, Ranking, Scored
from documents.generations import HNSW_EF_CONSTRUCTION, HNSW_M
from documents.terms import query_terms
from search.semantic import ef_search

TANTIVY_HEAP_BYTES = 512 * 1024 * 1024
# tantivy's own default and English tokenizers cut at what is neither letter nor digit.
_WORDS = re.compile(r"[^\W_]+")


def lexical(chunks: Sequence[PeerChunk]) -> list[Ranking]:
    return [
        Ranking("rank_bm25, whitespace", Kind.LEXICAL, _rank_bm25(chunks)),
        Ranking("bm25s", Kind.LEXICAL, _bm25s(chunks)),
        Ranking("bm25s, portal's words", Kind.LEXICAL, _bm25s_of_own_words(chunks)),
        Ranking("tantivy, default", Kind.LEXICAL, _tantivy(chunks, "default")),
        Ranking("tantivy, English stems", Kind.LEXICAL, _tantivy(chunks, "en_stem")),
    ]


def semantic(chunks: Sequence[PeerChunk], vectors: np.ndarray) -> Ranking:
    """HNSW in memory, built and asked with the portal's numbers."""
    faiss.omp_set_num_threads(1)
    index = faiss.IndexHNSWFlat(vectors.shape[1], HNSW_M, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = HNSW_EF_CONSTRUCTION
    index.hnsw.efSearch = ef_search(len(chunks))
    index.add(vectors)
    ids = [chunk.id for chunk in chunks]

    def rank(question: Question) -> Scored:
        scores, positions = index.search(question.vector.reshape(1, -1), min(DEPTH, len(ids)))
        return [(ids[i], float(score)) for i, score in zip(positions[0], scores[0], strict=True) if i >= 0]

    return Ranking("faiss, HNSW", Kind.SEMANTIC, rank)


def _rank_bm25(chunks: Sequence[PeerChunk]):
    index = BM25Okapi([chunk.text.split() for chunk in chunks])
    ids = [chunk.id for chunk in chunks]

    def rank(question: Question) -> Scored:
        scores = index.get_scores(question.text.split())
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return [(ids[i], float(scores[i])) for i in best if scores[i] > 0]

    return rank


def _bm25s(chunks: Sequence[PeerChunk]):
    index = bm25s.BM25()
    index.index(bm25s.tokenize([chunk.text for chunk in chunks], show_progress=False), show_progress=False)
    return _asked(index, chunks, lambda text: bm25s.tokenize([text], return_ids=False, show_progress=False)[0])


def _bm25s_of_own_words(chunks: Sequence[PeerChunk]):
    """What the portal's analyser is worth without its other fields and weights."""
    index = bm25s.BM25()
    index.index([list(chunk.words) for chunk in chunks], show_progress=False)
    return _asked(index, chunks, lambda text: list(query_terms(text).words.elements()))


def _asked(index: bm25s.BM25, chunks: Sequence[PeerChunk], words_of):
    ids = np.array([chunk.id for chunk in chunks])

    def rank(question: Question) -> Scored:
        words = [word for word in words_of(question.text) if word in index.vocab_dict]
        if not words:
            return []
        positions, scores = index.retrieve([words], k=min(DEPTH, len(ids)), show_progress=False)
        return [(int(ids[i]), float(score)) for i, score in zip(positions[0], scores[0], strict=True) if score > 0]

    return rank


def _tantivy(chunks: Sequence[PeerChunk], tokenizer: str):
    schema = (
        tantivy.SchemaBuilder()
        .add_text_field("text", tokenizer_name=tokenizer, index_option="freq")
        .add_integer_field("id", stored=True)
        .build()
    )
    index = tantivy.Index(schema)
    writer = index.writer(TANTIVY_HEAP_BYTES, 1)
    for chunk in chunks:
        writer.add_document(tantivy.Document(text=chunk.text, id=chunk.id))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def rank(question: Question) -> Scored:
        words = " ".join(_WORDS.findall(question.text.lower()))
        found = searcher.search(index.parse_query(words, ["text"]), DEPTH).hits if words else []
        return [(searcher.doc(address)["id"][0], score) for score, address in found]

    return rank
