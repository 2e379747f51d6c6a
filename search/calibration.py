"""How far the active embedding model may be trusted on this library's own text, language by language.

Measured without labels: take a run of a quarter of a chunk's sentences, drop half of its words, look for the chunk
by vector alone, and take the mean reciprocal rank above chance. (One sentence of a long chunk is an unfair question:
its vector says what the whole is about.) 1 means that the model always finds the chunk first, 0 that it
does no better than guessing. What was asked and what came back is kept with the figure.
"""

import logging
from collections.abc import Callable, Sequence

from celery.exceptions import CeleryError
from django.db import DatabaseError, connection
from django.utils import timezone
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from documents.embedding.embedders import embedder_of
from documents.failure_codes import IndexingFailure
from documents.models import Collection, Generation
from search import evidence
from search.probes import RANKS, Finding, asked, probes
from search.scope import Scope
from search.tasks import calibrate_generations

logger = logging.getLogger(__name__)

# A generation is measured anew when this share of it has come or gone since.
CHANGE = 0.2


def trust(generation: Generation, query_language: str) -> Callable[[str], float]:
    """Return chunk language -> trust in 0..1: the lower of what the model does in the two languages.

    A language that the library has no sentences in is trusted only if the model was made for it.
    """
    query_side = _measured_or_declared(generation, query_language)

    def of_chunk(language: str) -> float:
        return min(query_side, _measured_or_declared(generation, language))

    return of_chunk


def changed_since(generation: Generation) -> float:
    """What has come and gone since the last measurement, as a share of what was measured; replaced text is both."""
    return (generation.content_changes - generation.calibrated_changes) / max(generation.calibrated_chunks, 1)


def needs_calibration(generation: Generation) -> bool:
    if not generation.chunk_count or generation.model.is_withdrawn:
        return False
    return generation.calibration_asked_at is not None or changed_since(generation) > CHANGE


def ask_for(generation: Generation) -> None:
    """Have the generation measured soon. The row is the wish; the message only makes it come true earlier."""
    generation.calibration_asked_at = timezone.now()
    generation.save(update_fields=["calibration_asked_at"])
    try:
        calibrate_generations.apply_async(retry=False)
    except (KombuError, CeleryError, RedisError, OSError) as error:
        logger.warning("broker not reachable, the calibration waits for the clock: %s", error)


def calibrate(generation: Generation) -> dict[str, float]:
    """Measure every language that the generation has sentences in, store and return the figures."""
    generation.refresh_from_db(fields=["chunk_count", "content_changes"])
    findings = _findings(generation)
    figures = {
        language: round(above_chance(_mean_reciprocal_rank(found), generation.chunk_count), 4)
        for language, found in findings.items()
    }
    generation.calibration = figures
    generation.calibration_evidence = {language: evidence.kept(found) for language, found in findings.items()}
    generation.calibrated_chunks = generation.chunk_count
    generation.calibrated_changes = generation.content_changes
    generation.calibrated_at = timezone.now()
    generation.calibration_asked_at = None
    generation.save(update_fields=_FIELDS)
    logger.info("generation %s calibrated: %s", generation.pk, figures)
    return figures


def calibrate_due() -> None:
    """Calibrate the complete generations whose content has changed much, or for which somebody has asked."""
    complete = Generation.objects.live().exclude(state=Generation.State.BUILDING)
    for generation in complete.select_related("model"):
        if needs_calibration(generation):
            _calibrate_if_possible(generation)


def _calibrate_if_possible(generation: Generation) -> None:
    """A model that is away must not keep the others from being measured."""
    try:
        calibrate(generation)
    except (IndexingFailure, DatabaseError):
        logger.exception("generation %s could not be calibrated", generation.pk)


_FIELDS = [
    "calibration",
    "calibration_evidence",
    "calibrated_chunks",
    "calibrated_changes",
    "calibrated_at",
    "calibration_asked_at",
]


def above_chance(mean_reciprocal_rank: float, chunks: int) -> float:
    """Return 0 for what guessing among so many chunks would reach, 1 for always first."""
    ranks = min(chunks, RANKS)
    chance = sum(1 / rank for rank in range(1, ranks + 1)) / chunks
    return max(mean_reciprocal_rank - chance, 0.0) / (1 - chance) if chance < 1 else 1.0


def _measured_or_declared(generation: Generation, language: str) -> float:
    if language in generation.calibration:
        return float(generation.calibration[language])
    return 1.0 if language in generation.model.languages else 0.0


def _findings(generation: Generation) -> dict[str, list[Finding]]:
    scope = Scope(generation, tuple(Collection.objects.values_list("pk", flat=True)))
    embedder = embedder_of(generation)
    samples = {language: probes(generation, language) for language in _languages(generation)}
    return {language: list(asked(sample, scope, embedder)) for language, sample in samples.items() if sample}


def _mean_reciprocal_rank(findings: Sequence[Finding]) -> float:
    return sum(1 / found.rank for found in findings if found.rank) / len(findings)


def _languages(generation: Generation) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT language FROM documents_chunk WHERE generation_id = %s ORDER BY 1",
            [generation.pk],
        )
        return [row[0] for row in cursor.fetchall()]
