"""A corpus of any size from the documents of question sets, as text, so that every engine gets the same.

Half of the sentences of one document and half of another make a new one. A word that is rare in the sets gets another
name in most copies: a larger corpus has more words, not more of the rare ones (Heaps, 1978).
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

import numpy as np

from documents.sentences import sentence_spans
from search.beir import CorpusDocument

# Vocabulary grows with the size of a corpus to about this power.
HEAPS = 0.7
# Length of the noise that is added to a vector of length one.
NOISE = 0.8
_WORD = re.compile(r"[^\W\d_]+")
_SPACED = re.compile(r"\S+")
_LETTERS = "bcdfghjklmnpqrtv"


def corpus(documents: Sequence[CorpusDocument], count: int) -> list[CorpusDocument]:
    return list(islice(_recombined(documents, -(-count // len(documents))), count))


def _recombined(documents: Sequence[CorpusDocument], copies: int) -> Iterator[CorpusDocument]:
    sentences = [[row.text[start:end] for start, end in sentence_spans(row.text)] for row in documents]
    names = _name_counts(documents, copies)
    dice = np.random.default_rng(4)
    for copy in range(copies):
        others = dice.permutation(len(documents))
        for i, row in enumerate(documents):
            first, second = sentences[i], sentences[others[i]]
            text = " ".join([*first[: -(-len(first) // 2)], *second[len(second) // 2 :]])
            yield CorpusDocument(f"{copy}-{row.key}", "", _renamed(text, copy, names))


def _name_counts(documents: Sequence[CorpusDocument], copies: int) -> dict[str, int]:
    """Word -> names that it has in so many copies; words with a single one are left out."""
    frequencies = Counter(word for row in documents for word in {match.lower() for match in _WORD.findall(row.text)})
    counts = {word: round(copies ** (HEAPS / df**HEAPS)) for word, df in frequencies.items()}
    return {word: count for word, count in counts.items() if count > 1}


def _renamed(text: str, copy: int, names: dict[str, int]) -> str:
    def name(match: re.Match[str]) -> str:
        count = names.get(match[0].lower(), 1)
        number = _hashed(match[0].lower(), copy) % count
        return match[0] + _ending(number) if number else match[0]

    return _WORD.sub(name, text)


@cache
def _ending(number: int) -> str:
    """Consonants, so that no stemmer takes them off again."""
    return "z" + "".join(_LETTERS[int(digit, 16)] for digit in f"{number:x}")


def _hashed(word: str, copy: int) -> int:
    return int.from_bytes(hashlib.blake2b(f"{word}{copy}".encode(), digest_size=4).digest(), "big")


class VectorsNearby:
    """Stands before no model at all: gives each text a vector near one of those that it was made with."""

    def __init__(self, vectors: np.ndarray) -> None:
        self._vectors = vectors

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self._nearby(_hashed(text, 0)) for text in texts])

    embed_queries = embed_passages

    def token_starts(self, text: str) -> Sequence[int]:
        return [match.start() for match in _SPACED.finditer(text)]

    def parts(self, texts: Sequence[str]) -> list[list[str]]:
        return [[text] for text in texts]

    def _nearby(self, seed: int) -> np.ndarray:
        vector = self._vectors[seed % len(self._vectors)]
        noise = np.random.default_rng(seed).normal(size=vector.shape)
        moved = vector + NOISE * noise / np.linalg.norm(noise)
        return (moved / np.linalg.norm(moved)).astype(np.float32)
