"""Whether a model hears the word "not": sentences of the library beside their opposites.

Weller, Lawrie and Van Durme, "NevIR: Negation in Neural Information Retrieval" (EACL 2024): two texts that differ in a
negation, a query for each; a pair counts if both find theirs first, which guessing does in a quarter of all pairs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection

from documents.embedding.vectors import Embedder
from documents.models import Generation
from documents.sentences import sentence_spans

if TYPE_CHECKING:
    from documents.embedding.vectors import type_Vectors

SAMPLE = 50
PASSAGES = 400
LEAST_WORDS, MOST_WORDS = 5, 30
# A query is the words around the negation, so many before and behind it.
QUERY_WORDS = 5

_NEGATED = re.compile(r"\b(?:not|no|never|none|cannot|without)\b|n't\b|않|없|아니|아닙|못|말아|마십시오", re.IGNORECASE)
_ENGLISH = re.compile(r"\b(is|are|was|were|must|should|may|will|shall|can)\b(?! be not)")
# Endings of Korean sentences with their opposites; the first that fits is taken.
_KOREAN = (
    (re.compile(r"있습니다(?=[.!]*$)"), "없습니다"),
    (re.compile(r"있다(?=[.!]*$)"), "없다"),
    (re.compile(r"합니다(?=[.!]*$)"), "하지 않습니다"),
    (re.compile(r"됩니다(?=[.!]*$)"), "되지 않습니다"),
    (re.compile(r"한다(?=[.!]*$)"), "하지 않는다"),
    (re.compile(r"된다(?=[.!]*$)"), "되지 않는다"),
    (re.compile(r"입니다(?=[.!]*$)"), "이 아닙니다"),
    (re.compile(r"했다(?=[.!]*$)"), "하지 않았다"),
    (re.compile(r"했습니다(?=[.!]*$)"), "하지 않았습니다"),
)


@dataclass(frozen=True, slots=True)
class Negation:
    """`similarity` is the mean cosine of a sentence and its opposite, `others` that of two sentences that have nothing
    to do with each other; `told_apart` the share of pairs of which both find their own, 0 to 1."""

    similarity: float
    others: float
    told_apart: float
    pairs: int


def negated(sentence: str) -> str:
    """The opposite of a sentence by rule; nothing if no rule fits or it denies something already."""
    if _NEGATED.search(sentence):
        return ""
    for ending, opposite in _KOREAN:
        if ending.search(sentence):
            return ending.sub(opposite, sentence)
    found = _ENGLISH.search(sentence)
    if not found:
        return ""
    return f"{sentence[: found.end()]}{'' if found[1] == 'can' else ' '}not{sentence[found.end() :]}"


def negation(generation: Generation, language: str, embedder: Embedder) -> Negation | None:
    """None where the library has no sentence that a rule fits."""
    pairs = list(_pairs(generation, language))
    if len(pairs) < 2:
        return None
    affirmed, denied = zip(*pairs, strict=True)
    plain, opposite = embedder.embed_passages(affirmed), embedder.embed_passages(denied)
    asking_plain = embedder.embed_queries([_query(*pair)[0] for pair in pairs])
    asking_opposite = embedder.embed_queries([_query(*pair)[1] for pair in pairs])
    right = (_dot(asking_plain, plain) > _dot(asking_plain, opposite)) & (
        _dot(asking_opposite, opposite) > _dot(asking_opposite, plain)
    )
    return Negation(
        similarity=round(float(_dot(plain, opposite).mean()), 4),
        others=round(float(_dot(plain, np.roll(plain, 1, axis=0)).mean()), 4),
        told_apart=round(float(right.mean()), 4),
        pairs=len(pairs),
    )


def _pairs(generation: Generation, language: str) -> Iterator[tuple[str, str]]:
    """Sentences with their opposites, one of a passage, the same ones every time."""
    count = 0
    for text in _texts(generation, language):
        spans = sentence_spans(text)
        sentences = (" ".join(text[start:end].split()) for start, end in spans)
        fitting = (one for one in sentences if LEAST_WORDS <= len(one.split()) <= MOST_WORDS)
        pair = next(((one, opposite) for one in fitting if (opposite := negated(one))), None)
        if pair:
            yield pair
            count += 1
        if count == SAMPLE:
            return


def _query(affirmed: str, denied: str) -> tuple[str, str]:
    """The words of both around the place at which they differ."""
    first, second = affirmed.split(), denied.split()
    place = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), len(first))
    low = max(place - QUERY_WORDS, 0)
    return " ".join(first[low : place + QUERY_WORDS]), " ".join(second[low : place + QUERY_WORDS + 1])


def _dot(first: "type_Vectors", second: "type_Vectors") -> np.ndarray:
    found: np.ndarray = (first * second).sum(axis=1)
    return found


def _texts(generation: Generation, language: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT text FROM documents_chunk WHERE generation_id = %s AND language = %s"
            " ORDER BY hashint8(text_hash), id LIMIT %s",
            [generation.pk, language, PASSAGES],
        )
        return [row[0] for row in cursor.fetchall()]
