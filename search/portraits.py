"""A document in numbers, from windows spread evenly over it: where it lies among vectors, and which terms are its own.

Numbers travel as pgvector's own bytes: many times as quick as their text form.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection

from documents.models import Generation, Term
from documents.terms import dimension, idf
from search.function_words import share_of
from search.lexical import QueryTerm

# A term that stands in fewer chunks than this joins nothing with anything.
LEAST_DF = 2
# Counts, as the analyser gives them.
_COUNTS = frozenset("no not all any each everi one two three four five six seven eight nine ten".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Portrait:
    """One window: its vector of shape (d,) and its BM25 weights by dimension."""

    chunk_id: int
    document_id: int
    vector: np.ndarray
    weights: Mapping[int, float]


def spread(count: int, most: int) -> list[int]:
    """Return up to `most` ordinals of windows, evenly from the first to the last."""
    if count <= most:
        return list(range(count))
    return sorted({round(i * (count - 1) / (most - 1)) for i in range(most)})


def portraits(
    generation: Generation, windows: Mapping[int, Sequence[int]], chunk_ids: Sequence[int] = ()
) -> list[Portrait]:
    """The named windows and chunks, each once."""
    documents, ordinals = _pairs(windows)
    with connection.cursor() as cursor:
        cursor.execute(
            # An OR of the two would read the whole generation.
            "SELECT id, document_id, halfvec_send(embedding), sparsevec_send(bm25) FROM documents_chunk"
            " WHERE generation_id = %s AND embedding IS NOT NULL AND id = ANY(%s::bigint[] || ARRAY("
            "SELECT chunk.id FROM unnest(%s::bigint[], %s::int[]) AS asked(document_id, ordinal)"
            " JOIN documents_chunk AS chunk USING (document_id, ordinal) WHERE chunk.generation_id = %s))"
            " ORDER BY document_id, ordinal",
            [generation.pk, list(chunk_ids), documents, ordinals, generation.pk],
        )
        return [
            Portrait(key, document_id, unit(vector_of(sent)), weights_of(weights))
            for key, document_id, sent, weights in cursor.fetchall()
        ]


@dataclass(frozen=True, slots=True)
class Heap:
    """Many documents at once: mean vectors of shape (n, d), and their terms as entries (row, dimension, weight)."""

    document_ids: tuple[int, ...]
    vectors: np.ndarray
    rows: np.ndarray
    keys: np.ndarray
    values: np.ndarray


def heap(generation: Generation, windows: Mapping[int, Sequence[int]]) -> Heap:
    """The named windows of many documents; those without any in the index are missing."""
    documents, ordinals = _pairs(windows)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT chunk.document_id, halfvec_send(chunk.embedding), sparsevec_send(chunk.bm25)"
            " FROM unnest(%s::bigint[], %s::int[]) AS asked(document_id, ordinal)"
            " JOIN documents_chunk AS chunk USING (document_id, ordinal)"
            " WHERE chunk.generation_id = %s AND chunk.embedding IS NOT NULL ORDER BY 1, ordinal",
            [documents, ordinals, generation.pk],
        )
        sent = cursor.fetchall()
    found = {key: row for row, key in enumerate(dict.fromkeys(key for key, _vector, _weights in sent))}
    owners = np.array([found[key] for key, _vector, _weights in sent], dtype=int)
    sums = np.zeros((len(found), generation.dimensions))
    np.add.at(sums, owners, np.array([vector_of(vector) for _key, vector, _weights in sent]).reshape(-1, sums.shape[1]))
    entries = [_entries_of(weights) for _key, _vector, weights in sent]
    return Heap(
        tuple(found),
        sums,
        np.repeat(owners, [len(keys) for keys, _values in entries]),
        np.concatenate([keys for keys, _values in entries] or [np.zeros(0, dtype=int)]),
        np.concatenate([values for _keys, values in entries] or [np.zeros(0)]),
    )


def telling_terms(windows: Iterable[Portrait], generation: Generation, rows: int) -> list[QueryTerm]:
    """The words and title words that tell a document from others, the most telling first.

    Only such that stand elsewhere too, and together in no more than so many rows, so that looking for them is quick.
    """
    sums: defaultdict[int, float] = defaultdict(float)
    seen: defaultdict[int, int] = defaultdict(int)
    for window in windows:
        for key, weight in window.weights.items():
            sums[key] += weight
            seen[key] += 1
    count = max(seen.values(), default=1)
    known = Term.objects.filter(generation=generation, id__in=list(sums), df__gte=LEAST_DF)
    found = [
        QueryTerm(key, text, df, weight, weight * largest)
        for key, text, df, largest in known.values_list("id", "text", "df", "max_weight")
        if df > seen[key]
        and _says_something(text)
        and key in (dimension("words", text), dimension("context", text))
        and (weight := idf(generation.chunk_count, df) * sums[key] / count)
    ]
    return _affordable(sorted(found, key=lambda term: (-term.weight, term.dimension)), rows)


def _says_something(term: str) -> bool:
    """Not units, counts and numbers, which any two documents have in common."""
    return share_of(term) == 1 and len(term) > 1 and not term.isdigit() and term not in _COUNTS


def unit(vector: np.ndarray) -> np.ndarray:
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector


def vector_of(sent: bytes) -> np.ndarray:
    """pgvector's bytes of a halfvec: its size, two bytes of nothing, and the numbers."""
    return np.frombuffer(sent, dtype=">f2", offset=4).astype(np.float32)


def weights_of(sent: bytes) -> dict[int, float]:
    keys, values = _entries_of(sent)
    return dict(zip(keys.tolist(), values.tolist(), strict=True))


def _entries_of(sent: bytes) -> tuple[np.ndarray, np.ndarray]:
    """pgvector's bytes of a sparsevec: size, count, four bytes of nothing, indices from 0, values."""
    count = int(np.frombuffer(sent, dtype=">i4", count=1, offset=4)[0])
    keys = np.frombuffer(sent, dtype=">i4", count=count, offset=12).astype(int) + 1
    return keys, np.frombuffer(sent, dtype=">f4", count=count, offset=12 + 4 * count).astype(float)


def _pairs(windows: Mapping[int, Sequence[int]]) -> tuple[list[int], list[int]]:
    documents = [key for key, ordinals in windows.items() for _ in ordinals]
    return documents, [ordinal for ordinals in windows.values() for ordinal in ordinals]


def _affordable(terms: Sequence[QueryTerm], rows: int) -> list[QueryTerm]:
    found = []
    for term in terms:
        if term.df <= rows:
            rows -= term.df
            found.append(term)
    return found
