"""What share of a document's sentences stands in another one, estimated from small samples; pure.

A sketch holds the smallest hashes of a text's sentences, so that equal sentences are sampled in both of two texts:
Broder, "On the resemblance and containment of documents" (1997).
"""

import unicodedata
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from heapq import nsmallest

from documents.sentences import sentence_spans

SIZE = 128
# Shorter ones, headings and numbers, stand in documents that have nothing to do with each other.
SHORTEST = 20
# An estimate from fewer sentences says nothing, unless these are all that the texts have.
FEWEST = 12
FEWEST_OF_ALL = 2


def sketch(texts: Iterable[str]) -> list[int]:
    """The smallest 63-bit hashes of the sentences, in order, each once."""
    hashes = {_hash(sentence) for text in texts for sentence in _sentences(text)}
    return nsmallest(SIZE, hashes)


def share_in(one: Sequence[int], other: Sequence[int]) -> float:
    """How much of the first text stands in the second, 0 to 1; 0 if the sketches cannot tell."""
    limit = min((max(found) for found in (one, other) if len(found) >= SIZE), default=None)
    sampled = {key for key in one if limit is None or key <= limit}
    if len(sampled) < (FEWEST_OF_ALL if limit is None else FEWEST):
        return 0.0
    return len(sampled & set(other)) / len(sampled)


def _sentences(text: str) -> Iterable[str]:
    for start, end in sentence_spans(text):
        plain = " ".join(unicodedata.normalize("NFKC", text[start:end]).lower().split())
        if len(plain) >= SHORTEST:
            yield plain


def _hash(sentence: str) -> int:
    return int.from_bytes(blake2b(sentence.encode(), digest_size=8).digest(), "big") >> 1
