"""Writing the index: a document's chunks and the term counts change together, in one transaction, or not at all."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection, transaction
from django.db.models.functions import Now
from pgvector import HalfVector, SparseVector
from psycopg.types.json import Jsonb

from documents import generations, versions, vocabulary
from documents.jobs import Claim, LeaseLost
from documents.models import Document, Generation, IndexJob
from documents.terms import DIMENSIONS, Pivots, Terms, analyse, dimensions, weights

if TYPE_CHECKING:
    from documents.indexing import Passage

# Windows whose words are analysed at once; others wait for the analyser meanwhile.
ANALYSE_STEP = 128


@dataclass(frozen=True, slots=True)
class Entry:
    """One chunk to be: a passage, its terms and its vector of shape (dimensions,), None if nobody computes it."""

    document: Document
    ordinal: int
    windows: int
    passage: "Passage"
    terms: Terms
    vector: np.ndarray | None


def entries(
    document: Document,
    passages: Sequence["Passage"],
    vectors: Sequence[np.ndarray | None],
    on_step: Callable[[int], None] = lambda done: None,
) -> list[Entry]:
    """The chunks to be. `on_step` is called every few seconds: a long Korean text takes minutes to analyse."""
    count = len(passages)
    found: list[Entry] = []
    own_words = vocabulary.spotter_of(document.collection.own_words).words_in
    for low in range(0, count, ANALYSE_STEP):
        on_step(low)
        step = passages[low : low + ANALYSE_STEP]
        analysed = analyse([p.text for p in step], [p.context for p in step], own_words)
        found += [Entry(document, low + i, count, step[i], terms, vectors[low + i]) for i, terms in enumerate(analysed)]
    return found


def swap(claim: Claim, generation: Generation, new: Sequence[Entry], copied: int = 0) -> None:
    """Replace the document's chunks, and those of the version before it, and close the job, all at once.

    Readers see the old ones or the new ones. `copied` of the vectors were not computed. Raises LeaseLost.
    """
    with transaction.atomic():
        versions.lock(claim.document_id)
        document = claim.locked_document()
        if document.is_superseded:
            raise LeaseLost(f"document {document.pk} was replaced")
        claim.write(state=IndexJob.State.DONE, lease_until=None, finished_at=Now())
        if versions.is_displaced(document, generation):
            claim.forget()
            return
        displace(document, generation)
        remove(document, generation)
        add(generation, new)
        generations.count_vectors(generation, computed=len(new) - copied, copied=copied)
        claim.show(Document.State.READY, chunk_count=len(new), error_code="")


def displace(document: Document, generation: Generation) -> None:
    """Take out of this generation what the document replaces; inside the caller's transaction."""
    succession = versions.succession(document)
    for gone in (*succession.outdated, *succession.members):
        remove(gone, generation)
    versions.settle(document, succession, generation)


def add(generation: Generation, new: Sequence[Entry]) -> None:
    """Insert chunks and count their terms; inside the caller's transaction."""
    if not new:
        return
    words, bigrams = lengths(entry.terms for entry in new)
    generations.count_change(generation, chunks=len(new), words=words, bigrams=bigrams)
    pivots = _pivots(generation, Pivots(words / len(new), bigrams / len(new)))
    vectors = [weights(entry.terms, pivots, entry.windows) for entry in new]
    _copy(generation, new, vectors)
    count_terms(generation, [dimensions(entry.terms) for entry in new], vectors)


def remove(document: Document, generation: Generation) -> None:
    """Delete the document's chunks in this generation with their share of the term counts."""
    generations.count_change(generation, chunks=0, words=0, bigrams=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM documents_chunk WHERE generation_id = %s AND document_id = %s RETURNING term_ids, terms",
            [generation.pk, document.pk],
        )
        rows = cursor.fetchall()
    if not rows:
        return
    gone = Counter(term for term_ids, _terms in rows for term in term_ids)
    words, bigrams = lengths(stored(content) for _ids, content in rows)
    generations.count_change(generation, chunks=-len(rows), words=-words, bigrams=-bigrams)
    _forget_terms(generation, gone)


def stored(content: dict[str, dict[str, int]] | str) -> Terms:
    """The terms of a stored chunk, from `Chunk.terms`."""
    counts = json.loads(content) if isinstance(content, str) else content
    return Terms(*(Counter(counts[name]) for name in ("words", "bigrams", "context")))


def text_hash(text: str) -> int:
    """A signed 64-bit hash of the text without regard to white space: equal texts are shown once."""
    digest = hashlib.blake2b(" ".join(text.split()).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def lengths(contents: Iterable[Terms]) -> tuple[int, int]:
    """Return the number of words and of bigrams in all of them."""
    words = bigrams = 0
    for content in contents:
        words += content.words.total()
        bigrams += content.bigrams.total()
    return words, bigrams


def _pivots(generation: Generation, mean: Pivots) -> Pivots:
    """The generation's pivots; its first chunks fix them."""
    generation.refresh_from_db(fields=["word_pivot", "bigram_pivot"])
    if not generation.word_pivot and not generation.bigram_pivot:
        set_pivots(generation, mean)
    return generation.pivots


def set_pivots(generation: Generation, pivots: Pivots) -> None:
    """Fix the lengths that BM25 normalises with from now on."""
    generation.word_pivot, generation.bigram_pivot = pivots.words, pivots.bigrams
    generation.save(update_fields=["word_pivot", "bigram_pivot"])


def _copy(generation: Generation, new: Sequence[Entry], vectors: Sequence[dict[int, float]]) -> None:
    command = f"COPY documents_chunk ({', '.join(COLUMNS)}) FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        copy.set_types(list(COLUMNS.values()))
        for entry, vector in zip(new, vectors, strict=True):
            copy.write_row(_row(generation, entry, vector))


# Columns of a chunk as they are sent. Vectors go as the bytes that pgvector reads, which psycopg passes on.
COLUMNS = {
    "generation_id": "int8",
    "document_id": "int8",
    "collection_id": "int8",
    "ordinal": "int4",
    "start": "int4",
    '"end"': "int4",
    "page": "int4",
    "language": "text",
    "text_hash": "int8",
    "term_ids": "int4[]",
    "bm25": "bytea",
    "text": "text",
    "heading": "text",
    "terms": "jsonb",
    "embedding": "bytea",
}


def _row(generation: Generation, entry: Entry, vector: dict[int, float]) -> tuple[object, ...]:
    passage = entry.passage
    terms = {"words": entry.terms.words, "bigrams": entry.terms.bigrams, "context": entry.terms.context}
    return (
        generation.pk,
        entry.document.pk,
        entry.document.collection_id,
        entry.ordinal,
        passage.window.start,
        passage.window.end,
        passage.window.page,
        passage.language,
        text_hash(passage.text),
        sorted(vector),
        # Here indices count from 0, in the text form from 1.
        SparseVector({key - 1: weight for key, weight in vector.items()}, DIMENSIONS).to_binary(),
        passage.text,
        passage.window.heading,
        Jsonb(terms),
        None if entry.vector is None else HalfVector(entry.vector).to_binary(),
    )


def sparse_literal(vector: dict[int, float]) -> str:
    """pgvector's text form of a sparse vector."""
    numbers = ",".join(f"{key}:{vector[key]:.6g}" for key in sorted(vector))
    return f"{{{numbers}}}/{DIMENSIONS}"


def count_terms(generation: Generation, names: Sequence[dict[int, str]], vectors: Sequence[dict[int, float]]) -> None:
    """Add chunks to the document frequencies; one dict of term texts and one of weights for each chunk."""
    df: Counter[int] = Counter()
    texts: dict[int, str] = {}
    largest: dict[int, float] = {}
    for known, vector in zip(names, vectors, strict=True):
        df.update(vector.keys())
        texts.update(known)
        for key, weight in vector.items():
            largest[key] = max(weight, largest.get(key, 0.0))
    keys = sorted(df)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO documents_term AS term (generation_id, id, text, df, max_weight)
            SELECT %s, new.* FROM unnest(%s::int[], %s::text[], %s::int[], %s::float8[]) AS new
            ON CONFLICT (generation_id, id) DO UPDATE
               SET df = term.df + excluded.df, max_weight = greatest(term.max_weight, excluded.max_weight)
            """,
            [
                generation.pk,
                keys,
                [texts[key] for key in keys],
                [df[key] for key in keys],
                [largest[key] for key in keys],
            ],
        )


def _forget_terms(generation: Generation, gone: Counter[int]) -> None:
    keys = sorted(gone)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE documents_term AS term SET df = term.df - old.df
              FROM unnest(%s::int[], %s::int[]) AS old(id, df)
             WHERE term.generation_id = %s AND term.id = old.id
            """,
            [keys, [gone[key] for key in keys], generation.pk],
        )
        cursor.execute("DELETE FROM documents_term WHERE generation_id = %s AND df <= 0", [generation.pk])
