"""Questions that the library asks itself: half of the words of a passage, which should bring that passage back.

The same sample every time, so that figures can be compared.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection

from documents.embedding.vectors import Embedder
from documents.models import Generation
from documents.sentences import sentence_spans
from search import semantic
from search.scope import Scope

SAMPLE = 150
RANKS = 100
# A shorter sentence says too little once half of its words are gone.
MIN_WORDS = 6
# The share of a chunk's sentences that a question is made of.
ASKED_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Probe:
    """`answers` are the chunks that say what was asked for: the one it was taken from, and its exact copies."""

    chunk_id: int
    document_id: int
    text: str
    answers: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Finding:
    """At which rank a probe's passage came back, None for not at all, and what stood first."""

    probe: Probe
    rank: int | None
    first: int | None


def probes(generation: Generation, language: str) -> list[Probe]:
    rows = _sample(generation, language)
    copies = _copies(generation, [text_hash for _chunk, _document, text_hash, _text in rows])
    found = []
    for chunk_id, document_id, text_hash, text in rows:
        if asked := question(text, text_hash):
            found.append(Probe(chunk_id, document_id, asked, copies.get(text_hash, frozenset()) | {chunk_id}))
    return found


def asked(sample: Sequence[Probe], scope: Scope, embedder: Embedder) -> Iterator[Finding]:
    """Look for every probe's passage by vector alone."""
    vectors = embedder.embed_queries([probe.text for probe in sample])
    for probe, vector in zip(sample, vectors, strict=True):
        ids = [row[0] for row in semantic.candidates(vector, scope, RANKS)]
        rank = next((rank for rank, key in enumerate(ids, start=1) if key in probe.answers), None)
        yield Finding(probe, rank, ids[0] if ids else None)


def question(text: str, seed: int) -> str:
    """Half of the words of a run of sentences, for a seed always the same; nothing if no sentence is long enough."""
    dice = random.Random(seed)  # noqa: S311 - a sample, not a secret
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    long = [sentence for sentence in sentences if len(sentence.split()) >= MIN_WORDS]
    return half_of(_run_of(long, dice), dice) if long else ""


def half_of(sentence: str, dice: random.Random) -> str:
    """Every other word on average, in order."""
    words = sentence.split()
    kept = sorted(dice.sample(range(len(words)), len(words) // 2))
    return " ".join(words[i] for i in kept)


def _run_of(sentences: Sequence[str], dice: random.Random) -> str:
    length = max(1, round(ASKED_SHARE * len(sentences)))
    start = dice.randrange(len(sentences) - length + 1)
    return " ".join(sentences[start : start + length])


def _sample(generation: Generation, language: str) -> list[tuple[int, int, int, str]]:
    """Rows of (chunk, document, hash of the text, text)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, document_id, text_hash, text FROM documents_chunk WHERE generation_id = %s AND language = %s"
            " ORDER BY hashint8(text_hash), id LIMIT %s",
            [generation.pk, language, SAMPLE],
        )
        return list(cursor.fetchall())


def _copies(generation: Generation, hashes: Sequence[int]) -> dict[int, frozenset[int]]:
    """Hash of a text -> all chunks with it: finding the copy of a passage is no failure."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT text_hash, array_agg(id) FROM documents_chunk WHERE generation_id = %s AND text_hash = ANY(%s)"
            " GROUP BY 1 HAVING count(*) > 1",
            [generation.pk, list(hashes)],
        )
        return {text_hash: frozenset(ids) for text_hash, ids in cursor.fetchall()}
