"""How far the active embedding model may be trusted on this library's own text, language by language.

Measured without labels: take a run of a quarter of a chunk's sentences, drop half of its words, look for the chunk
by vector alone, and take the mean reciprocal rank above chance. (One sentence of a long chunk is an unfair question:
its vector says what the whole is about.) 1 means that the model always finds the chunk first, 0 that it
does no better than guessing.
"""

import logging
import random
from collections.abc import Callable, Iterator, Sequence

from django.db import connection
from django.utils import timezone

from documents.embedders import Embedder, embedder_for
from documents.models import Collection, Generation
from documents.sentences import sentence_spans
from search import semantic
from search.scope import Scope

logger = logging.getLogger(__name__)

SAMPLE = 150
RANKS = 100
# A shorter sentence says too little once half of its words are gone.
MIN_WORDS = 6
# The share of a chunk's sentences that a question is made of.
ASKED_SHARE = 0.25
# A generation is measured anew when it has grown or shrunk by this share since.
CHANGE = 0.2


def trust(generation: Generation, query_language: str) -> Callable[[str], float]:
    """Return chunk language -> trust in 0..1: the lower of what the model does in the two languages.

    A language that the library has no sentences in is trusted only if the model was made for it.
    """
    query_side = _measured_or_declared(generation, query_language)

    def of_chunk(language: str) -> float:
        return min(query_side, _measured_or_declared(generation, language))

    return of_chunk


def needs_calibration(generation: Generation) -> bool:
    if not generation.chunk_count:
        return False
    moved = abs(generation.chunk_count - generation.calibrated_chunks)
    return moved > CHANGE * max(generation.calibrated_chunks, 1)


def calibrate(generation: Generation) -> dict[str, float]:
    """Measure every language that the generation has sentences in, store and return the figures."""
    generation.refresh_from_db(fields=["chunk_count"])
    scope = Scope(generation, _collection_ids(generation))
    embedder = embedder_for(generation.model)
    probes = {language: list(_probes(generation, language)) for language in _languages(generation)}
    figures = {
        language: round(above_chance(_mean_reciprocal_rank(scope, embedder, sample), generation.chunk_count), 4)
        for language, sample in probes.items()
        if sample
    }
    generation.calibration = figures
    generation.calibrated_chunks = generation.chunk_count
    generation.calibrated_at = timezone.now()
    generation.save(update_fields=["calibration", "calibrated_chunks", "calibrated_at"])
    logger.info("generation %s calibrated: %s", generation.pk, figures)
    return figures


def calibrate_due() -> None:
    """Calibrate the generations whose content has changed much."""
    for generation in Generation.objects.live().select_related("model"):
        if needs_calibration(generation):
            calibrate(generation)


def half_of(sentence: str, dice: random.Random) -> str:
    """Every other word on average, in order."""
    words = sentence.split()
    kept = sorted(dice.sample(range(len(words)), len(words) // 2))
    return " ".join(words[i] for i in kept)


def _measured_or_declared(generation: Generation, language: str) -> float:
    if language in generation.calibration:
        return float(generation.calibration[language])
    return 1.0 if language in generation.model.languages else 0.0


def above_chance(mean_reciprocal_rank: float, chunks: int) -> float:
    """Return 0 for what guessing among so many chunks would reach, 1 for always first."""
    ranks = min(chunks, RANKS)
    chance = sum(1 / rank for rank in range(1, ranks + 1)) / chunks
    return max(mean_reciprocal_rank - chance, 0.0) / (1 - chance) if chance < 1 else 1.0


def _mean_reciprocal_rank(scope: Scope, embedder: Embedder, probes: Sequence[tuple[int, str]]) -> float:
    vectors = embedder.embed_queries([text for _chunk, text in probes])
    total = 0.0
    for (chunk_id, _text), vector in zip(probes, vectors, strict=True):
        ids = [row[0] for row in semantic.candidates(vector, scope, RANKS)]
        total += 1 / (ids.index(chunk_id) + 1) if chunk_id in ids else 0.0
    return total / len(probes)


def _probes(generation: Generation, language: str) -> Iterator[tuple[int, str]]:
    """(chunk id, half a sentence of it); the same sample every time, so that figures can be compared."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, text_hash, text FROM documents_chunk WHERE generation_id = %s AND language = %s"
            " ORDER BY hashint8(text_hash), id LIMIT %s",
            [generation.pk, language, SAMPLE],
        )
        rows = cursor.fetchall()
    for chunk_id, text_hash, text in rows:
        dice = random.Random(text_hash)  # noqa: S311 - a sample, not a secret
        sentences = [text[start:end] for start, end in sentence_spans(text)]
        long = [sentence for sentence in sentences if len(sentence.split()) >= MIN_WORDS]
        if long:
            yield chunk_id, half_of(_run_of(long, dice), dice)


def _run_of(sentences: Sequence[str], dice: random.Random) -> str:
    length = max(1, round(ASKED_SHARE * len(sentences)))
    start = dice.randrange(len(sentences) - length + 1)
    return " ".join(sentences[start : start + length])


def _languages(generation: Generation) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT language FROM documents_chunk WHERE generation_id = %s ORDER BY 1",
            [generation.pk],
        )
        return [row[0] for row in cursor.fetchall()]


def _collection_ids(generation: Generation) -> tuple[int, ...]:
    shelves = Collection.objects.filter(is_scratch=generation.is_scratch)
    return tuple(shelves.values_list("pk", flat=True))
