"""Sentences of real documents put together anew, so that a corpus of any size has the statistics of a natural one.

A word that is frequent in the source is as frequent in the corpus. A word that is rare there gets a new name in other
copies, the more the rarer it is: a larger corpus has more words, not more of the rare ones (Heaps, 1978). Each
sentence is analysed and embedded once; all the rest is arithmetic on arrays.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from documents.embedding.vectors import Embedder
from documents.terms import BIGRAM_WEIGHT, CONTEXT_GROWTH, CONTEXT_WEIGHT, K1, B, Pivots, Terms, analyse, dimension
from portal.real_text import RealText

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type_Numbers = NDArray[np.int64]
    type_Reals = NDArray[np.float32]

FIELDS = ("words", "bigrams", "context")
WINDOWS_OF_A_DOCUMENT = 8
# Vocabulary grows with the size of a corpus to about this power.
HEAPS = 0.7
# The share of a window that comes from its own document; the rest is a run of another one.
OWN_SHARE = 0.6
# Length of the noise that is added to a window's vector of length one: no two windows say quite the same.
NOISE = 0.3
_EMBED_STEP = 256
_MIXER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Rows:
    """A ragged array: row i is `values[starts[i]:starts[i + 1]]`, with a count beside each value."""

    starts: "type_Numbers"
    values: "type_Numbers"
    counts: "type_Numbers"

    def taken(self, rows: "type_Numbers") -> tuple["type_Numbers", "type_Numbers", "type_Numbers"]:
        """Values and counts of these rows one behind the other, and which of `rows` each belongs to."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        places = np.repeat(self.starts[rows] - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        return self.values[places], self.counts[places], np.repeat(np.arange(len(rows)), lengths)


@dataclass(frozen=True, slots=True)
class Material:
    """The source in numbers: terms of sentences and of titles, vectors of sentences, sentences of documents."""

    text: RealText
    sentences: tuple[str, ...]
    sentence_terms: Rows
    title_terms: Rows
    names: tuple[tuple[int, str], ...]
    vectors: "type_Reals"
    first_sentences: "type_Numbers"
    windows: Rows


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Terms under all of their names. `first` and `count`: where the names of a term begin, and how many it has."""

    first: "type_Numbers"
    count: "type_Numbers"
    # Of each name: its place among the sorted dimensions.
    places: "type_Numbers"
    dimensions: "type_Numbers"
    fields: "type_Numbers"
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Some thousand windows. Window i has the terms `starts[i]:starts[i + 1]`, as places in the vocabulary."""

    # Of each window: the source document, and the sentences.
    sources: "type_Numbers"
    sentences: list["type_Numbers"]
    starts: "type_Numbers"
    places: "type_Numbers"
    counts: "type_Numbers"
    vectors: "type_Reals"


def material(text: RealText, embedder: Embedder) -> Material:
    """Analyse and embed the source's sentences."""
    sentences = tuple(sentence for document in text.documents for sentence in document.sentences)
    titles = [document.title for document in text.documents]
    names: dict[tuple[int, str], int] = {}
    sentence_terms = _rows(analyse(sentences), names)
    title_terms = _rows(analyse([""] * len(titles), titles), names)
    sizes = [len(document.sentences) for document in text.documents]
    windows = [document.windows for document in text.documents]
    return Material(
        text,
        sentences,
        sentence_terms,
        title_terms,
        tuple(names),
        _embedded(sentences, embedder),
        np.concatenate([[0], np.cumsum(sizes)]),
        Rows(
            np.concatenate([[0], np.cumsum(list(map(len, windows)))]),
            np.concatenate(windows),
            np.zeros(0, dtype=np.int64),
        ),
    )


def vocabulary(source: Material, chunks: int) -> Vocabulary:
    """Names enough for so many windows."""
    copies = max(chunks * source.windows.values.mean() / len(source.sentences), 1.0)
    frequencies = np.zeros(len(source.names))
    for rows in (source.sentence_terms, source.title_terms):
        frequencies += np.bincount(rows.values, minlength=len(source.names))
    count = np.maximum(np.rint(copies ** (HEAPS / frequencies**HEAPS)), 1).astype(np.int64)
    first = np.cumsum(count) - count
    home = _hashed(np.arange(len(count)), 7) % count.astype(np.uint64)
    texts: list[str] = []
    fields = np.repeat([field for field, _text in source.names], count)
    for (_field, text), number, own in zip(source.names, count, home, strict=True):
        texts.extend(text if i == own else f"{text}~{i}" for i in range(number))
    keys = [dimension(FIELDS[field], text) for field, text in zip(fields, texts, strict=True)]
    dimensions, firsts, places = np.unique(keys, return_index=True, return_inverse=True)
    return Vocabulary(first, count, places, dimensions, fields[firsts], tuple(texts[i] for i in firsts))


def blocks(source: Material, words: Vocabulary, chunks: int, step: int) -> Iterator[Block]:
    """Windows by the block; the same numbers give the same windows."""
    dice = np.random.default_rng(chunks)
    documents = -(-chunks // WINDOWS_OF_A_DOCUMENT)
    sizes = np.diff(source.first_sentences)
    sources = dice.choice(len(sizes), size=documents, p=sizes / sizes.sum())
    for low in range(0, chunks, step):
        own = np.arange(low, min(low + step, chunks)) // WINDOWS_OF_A_DOCUMENT
        yield _block(source, words, own, sources[own], dice)


def weighed(block: Block, words: Vocabulary, pivots: Pivots) -> "type_Reals":
    """The BM25 weight of every term of the block, as documents.terms.weights has it."""
    fields = words.fields[block.places]
    context = CONTEXT_WEIGHT + CONTEXT_GROWTH * math.log(WINDOWS_OF_A_DOCUMENT)
    factors = np.array([1.0, BIGRAM_WEIGHT, context])[fields]
    norms = np.full(len(fields), K1)
    for number, pivot in enumerate((pivots.words, pivots.bigrams)):
        totals = np.add.reduceat(np.where(fields == number, block.counts, 0), block.starts[:-1])
        own = np.repeat(K1 * (1 - B + B * totals / pivot), np.diff(block.starts)) if pivot else norms
        norms = np.where(fields == number, own, norms)
    weights: type_Reals = (factors * block.counts * (K1 + 1) / (block.counts + norms)).astype(np.float32)
    return weights


def lengths(block: Block, words: Vocabulary) -> tuple[int, int]:
    """Number of words and of bigrams in the block."""
    fields = words.fields[block.places]
    return int(block.counts[fields == 0].sum()), int(block.counts[fields == 1].sum())


def _embedded(sentences: Sequence[str], embedder: Embedder) -> "type_Reals":
    """Sentences of like length together, so that little is padded."""
    order = np.argsort([len(sentence) for sentence in sentences])
    steps = np.split(order, range(_EMBED_STEP, len(order), _EMBED_STEP))
    vectors = np.concatenate([embedder.embed_passages([sentences[i] for i in step]) for step in steps])
    unsorted: type_Reals = vectors[np.argsort(order)]
    return unsorted


def _rows(found: Sequence[Terms], names: dict[tuple[int, str], int]) -> Rows:
    """Terms as numbers; a name that is new gets the next one."""
    values: list[int] = []
    counts: list[int] = []
    starts = [0]
    for terms in found:
        for field, content in enumerate((terms.words, terms.bigrams, terms.context)):
            values.extend(names.setdefault((field, text), len(names)) for text in content)
            counts.extend(content.values())
        starts.append(len(values))
    return Rows(np.array(starts), np.array(values, dtype=np.int64), np.array(counts, dtype=np.int64))


def _block(
    source: Material, words: Vocabulary, documents: "type_Numbers", origins: "type_Numbers", dice: np.random.Generator
) -> Block:
    sentences, lengths = _composed(source, origins, dice)
    starts = np.cumsum(lengths) - lengths
    values, counts, owners = source.sentence_terms.taken(sentences)
    titles, title_counts, title_owners = source.title_terms.taken(origins)
    windows = np.concatenate([np.repeat(np.arange(len(lengths)), lengths)[owners], title_owners])
    places = _renamed(words, np.concatenate([values, titles]), documents[windows])
    keys, counts = _added(windows * len(words.dimensions) + places, np.concatenate([counts, title_counts]))
    bounds = np.searchsorted(keys, np.arange(len(lengths) + 1) * len(words.dimensions))
    return Block(
        origins,
        np.split(sentences, starts[1:]),
        bounds,
        keys % len(words.dimensions),
        counts,
        _vectors(source.vectors[sentences], starts, dice),
    )


def _composed(
    source: Material, origins: "type_Numbers", dice: np.random.Generator
) -> tuple["type_Numbers", "type_Numbers"]:
    """The sentences of windows one behind the other, and how many each has: a run of its document, one of another."""
    known = np.diff(source.windows.starts)[origins]
    lengths = source.windows.values[source.windows.starts[origins] + dice.integers(known)]
    own = np.ceil(lengths * OWN_SHARE).astype(np.int64)
    place = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    first, size = source.first_sentences[origins], np.diff(source.first_sentences)[origins]
    here = np.repeat(first, lengths) + (np.repeat(dice.integers(size), lengths) + place) % np.repeat(size, lengths)
    count = len(source.sentences)
    there = (np.repeat(dice.integers(count, size=len(lengths)), lengths) + place) % count
    return np.where(place < np.repeat(own, lengths), here, there), lengths


def _renamed(words: Vocabulary, terms: "type_Numbers", documents: "type_Numbers") -> "type_Numbers":
    """The name that a term has in a document, as its place in the vocabulary; some names are used more than others."""
    share = _hashed(terms, documents) / 2.0**64
    number = (words.count[terms] * share * share).astype(np.int64)
    places: type_Numbers = words.places[words.first[terms] + number]
    return places


def _added(keys: "type_Numbers", counts: "type_Numbers") -> tuple["type_Numbers", "type_Numbers"]:
    """Keys in order, each once, with the sum of its counts."""
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    firsts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[firsts], np.add.reduceat(counts[order], firsts)


def _vectors(sentences: "type_Reals", starts: "type_Numbers", dice: np.random.Generator) -> "type_Reals":
    means = _unit(np.add.reduceat(sentences, starts))
    noise = dice.standard_normal(means.shape, dtype=np.float32) * np.float32(NOISE / math.sqrt(means.shape[1]))
    return _unit(means + noise)


def _unit(vectors: "type_Reals") -> "type_Reals":
    unit: type_Reals = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def _hashed(values: "type_Numbers", seeds: "type_Numbers | int") -> "NDArray[np.uint64]":
    """Numbers below 2 ** 64 that look random; splitmix64 (Steele, Lea and Flood, 2014)."""
    mixed = values.astype(np.uint64) * _MIXER + np.asarray(seeds).astype(np.uint64) * np.uint64(0xD1B54A32D192ED03)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    hashes: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return hashes
