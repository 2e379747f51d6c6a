"""A generation of any size from real text, written as the product writes its index, to measure searching."""

import struct
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from documents import generations, index
from documents.generations import Plan
from documents.models import Collection, Document, Generation
from documents.terms import DIMENSIONS, Pivots
from portal import recombination
from portal.recombination import WINDOWS_OF_A_DOCUMENT, Block, Material, Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP = 2_000
# Collections that hold these shares of the chunks; the last one has the rest.
SHARES = (0.001, 0.01, 0.1)
_DOCUMENTS_AT_ONCE = 5_000
# What the server calls the type int4.
_INT4 = 23
_NO_TERMS = Jsonb({"words": {}, "bigrams": {}, "context": {}})

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SyntheticIndex:
    """`collections`: share of the chunks, or 1 for the rest -> collection id. `seconds`: what building took."""

    generation: Generation
    collections: dict[float, int]
    seconds: dict[str, float]


class _Counts:
    """Document frequency and largest weight of every term of a vocabulary."""

    def __init__(self, words: Vocabulary) -> None:
        self.df = np.zeros(len(words.dimensions), dtype=np.int64)
        self.largest = np.zeros(len(words.dimensions), dtype=np.float32)

    def add(self, places: "NDArray[np.int64]", weights: "NDArray[np.float32]") -> None:
        self.df += np.bincount(places, minlength=len(self.df))
        np.maximum.at(self.largest, places, weights)


def build(source: Material, model_of: Generation, chunks: int, say: Say) -> SyntheticIndex:
    """Make a scratch generation with the model of another one, fill it and build its indexes."""
    collections = _collections(chunks)
    generation = generations.create(Plan(model_of.model), is_scratch=True)
    seconds: dict[str, float] = {}
    began = time.monotonic()
    with transaction.atomic():
        documents = _documents(collections, chunks)
        _fill(generation, source, documents, chunks, say)
    seconds["rows"] = round(time.monotonic() - began, 1)
    for name in generations.INDEXES:
        began = time.monotonic()
        generations.create_index(generation, name)
        seconds[name] = round(time.monotonic() - began, 1)
        say(f"{chunks:,} chunks: index {name} built in {seconds[name]} s")
    with connection.cursor() as cursor:
        # What the server tidies and writes out by itself later would fall into the time of searches.
        cursor.execute("VACUUM ANALYZE documents_chunk, documents_term, documents_document")
        cursor.execute("CHECKPOINT")
    return SyntheticIndex(generation, collections, seconds)


def drop(built: SyntheticIndex) -> None:
    generations.drop(built.generation)
    Collection.objects.filter(pk__in=built.collections.values()).delete()


def _collections(chunks: int) -> dict[float, int]:
    names = {share: f"{share:.1%} of {chunks}" for share in (*SHARES, 1.0)}
    return {share: Collection.objects.create(name=name, is_scratch=True).pk for share, name in names.items()}


def _documents(collections: dict[float, int], chunks: int) -> list[tuple[int, int]]:
    """(document id, collection id) of each document, the collections in random order."""
    count = -(-chunks // WINDOWS_OF_A_DOCUMENT)
    shelves = np.full(count, collections[1.0])
    places = np.random.default_rng(1).permutation(count)
    for share in SHARES:
        size = max(round(share * count), 1)
        shelves[places[:size]] = collections[share]
        places = places[size:]
    found: list[tuple[int, int]] = []
    for low in range(0, count, _DOCUMENTS_AT_ONCE):
        rows = [_document(number, int(shelves[number])) for number in range(low, min(low + _DOCUMENTS_AT_ONCE, count))]
        found += [(row.pk, row.collection_id) for row in Document.objects.bulk_create(rows)]
    return found


def _document(number: int, collection: int) -> Document:
    return Document(
        collection_id=collection,
        title=f"Document {number}",
        file_name=f"{number}.txt",
        media_type="text/plain",
        sha256=f"{number:064x}",
        size=1,
        page_based=False,
        state=Document.State.READY,
        chunk_count=WINDOWS_OF_A_DOCUMENT,
    )


def _fill(
    generation: Generation, source: Material, documents: Sequence[tuple[int, int]], chunks: int, say: Say
) -> None:
    words = recombination.vocabulary(source, chunks)
    counts = _Counts(words)
    totals = [0, 0]
    command = f"COPY documents_chunk ({', '.join(index.COLUMNS)}) FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        copy.set_types([*({**index.COLUMNS, "term_ids": "bytea"}).values()])
        for number, block in enumerate(recombination.blocks(source, words, chunks, STEP)):
            lengths = recombination.lengths(block, words)
            totals = [totals[0] + lengths[0], totals[1] + lengths[1]]
            if not number:
                pivots = Pivots(lengths[0] / len(block.sources), lengths[1] / len(block.sources))
            weights = recombination.weighed(block, words, pivots)
            counts.add(block.places, weights)
            for row in _rows(generation, source, documents, _Weighed(number * STEP, block, words, weights)):
                copy.write_row(row)
            if number * STEP % max(chunks // 10 // STEP * STEP, STEP) == 0:
                say(f"{chunks:,} chunks: {number * STEP:,} written")
    index.set_pivots(generation, pivots)
    generations.count_change(generation, chunks=chunks, words=totals[0], bigrams=totals[1])
    generation.refresh_from_db()
    _write_terms(generation, words, counts)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A block whose first window is the `first` one of the index, with the weights of its terms."""

    first: int
    block: Block
    words: Vocabulary
    weights: "NDArray[np.float32]"


def _rows(
    generation: Generation, source: Material, documents: Sequence[tuple[int, int]], weighed: _Weighed
) -> Iterator[tuple[object, ...]]:
    block = weighed.block
    halves = block.vectors.astype(">f2")
    head = struct.pack(">hh", halves.shape[1], 0)
    keys = weighed.words.dimensions[block.places]
    vectors = zip(_arrays(block, keys), _sparse(block, keys, weighed.weights), halves, strict=True)
    for i, (term_ids, bm25, half) in enumerate(vectors):
        text = " ".join([source.sentences[sentence] for sentence in block.sentences[i]])
        document, collection = documents[(weighed.first + i) // WINDOWS_OF_A_DOCUMENT]
        language = source.text.documents[block.sources[i]].language
        ordinal = (weighed.first + i) % WINDOWS_OF_A_DOCUMENT
        yield (
            generation.pk, document, collection, ordinal, 0, len(text), 1, language, weighed.first + i,
            term_ids, bm25, text, "", _NO_TERMS, head + half.tobytes(),
        )  # fmt: skip


def _arrays(block: Block, keys: "NDArray[np.int64]") -> Iterator[bytes]:
    """Dimensions of each window as the server reads an array of int4: every number behind its length."""
    elements = np.empty((len(keys), 2), dtype=">i4")
    elements[:, 0], elements[:, 1] = 4, keys
    for low, high in _bounds(block):
        yield struct.pack(">iiiii", 1, 0, _INT4, high - low, 1) + elements[low:high].tobytes()


def _sparse(block: Block, keys: "NDArray[np.int64]", weights: "NDArray[np.float32]") -> Iterator[bytes]:
    """What pgvector reads as a sparsevec; there indices count from 0."""
    indices, values = (keys - 1).astype(">i4"), weights.astype(">f4")
    for low, high in _bounds(block):
        yield struct.pack(">iii", DIMENSIONS, high - low, 0) + indices[low:high].tobytes() + values[low:high].tobytes()


def _bounds(block: Block) -> Iterator[tuple[int, int]]:
    starts = block.starts.tolist()
    return zip(starts[:-1], starts[1:], strict=True)


def _write_terms(generation: Generation, words: Vocabulary, counts: _Counts) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY documents_term (generation_id, id, text, df, max_weight) FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.set_types(["int8", "int4", "text", "int4", "float8"])
        for place in np.flatnonzero(counts.df).tolist():
            key, df, largest = (float(numbers[place]) for numbers in (words.dimensions, counts.df, counts.largest))
            copy.write_row((generation.pk, int(key), words.texts[place][:100], int(df), largest))
