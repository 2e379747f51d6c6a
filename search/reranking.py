"""A local cross-encoder reads the question and the best passages together and puts them in order anew.

Off unless the settings name its folder. It has a budget of time: passages are scored in batches, best first, until it
is spent; those are ordered by a mix of the old score and the new one, and the rest stays as it was. A model that is
slow, broken or still being loaded leaves the ranking as it is.

Mix of scores: convex combination, as in search/fusion.py. Cross-encoders: Nogueira and Cho, "Passage Re-ranking with
BERT" (2019).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from django.conf import settings

from search import cross_encoders
from search.cross_encoders import CrossEncoderError
from search.hits import Hit

# Hits that may be put in order anew.
DEPTH = 32
# Pairs that are scored between two looks at the clock.
BATCH = 4
# The cross-encoder's share of the new score.
SHARE = 0.5


def depth(limit: int) -> int:
    """How many hits to get so that the best `limit` can be chosen from them."""
    return max(limit, DEPTH) if settings.RERANKER_MODEL else limit


def reranked(query: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the hits in the order of both scores; as they were if there is no model or no time."""
    if not settings.RERANKER_MODEL or len(hits) < 2:
        return tuple(hits)
    scores = _scores_in_time(query, hits[:DEPTH])
    judged = [replace(hit, reranked=score) for hit, score in zip(hits, scores, strict=False)]
    return (*_mixed(judged), *hits[len(judged) :])


def _mixed(judged: Sequence[Hit]) -> list[Hit]:
    if len(judged) < 2:
        return list(judged)
    old = _spread([hit.score for hit in judged])
    new = _spread([hit.reranked or 0.0 for hit in judged])
    mixed = (1 - SHARE) * old + SHARE * new
    return [judged[i] for i in np.argsort(-mixed, kind="stable")]


def _spread(scores: Sequence[float]) -> np.ndarray:
    """Between 0 for the lowest and 1 for the highest."""
    values: np.ndarray = np.asarray(scores, dtype=np.float64) - min(scores)
    return values / (float(values.max()) or 1.0)


def _scores_in_time(query: str, hits: Sequence[Hit]) -> list[float]:
    """Scores of as many hits as the budget allows."""
    return cross_encoders.in_time(lambda: _batches(query, hits), settings.RERANKER_BUDGET_MS)


def _batches(query: str, hits: Sequence[Hit]) -> Iterator[list[float]]:
    model = cross_encoders.load(settings.RERANKER_MODEL)
    for low in range(0, len(hits), BATCH):
        pairs = [(query, _read(hit)) for hit in hits[low : low + BATCH]]
        yield checked(model.predict(pairs, batch_size=BATCH, show_progress_bar=False), len(pairs))


def checked(scores: np.ndarray, count: int) -> list[float]:
    """Raises CrossEncoderError unless there is one finite number for each pair."""
    if scores.shape != (count,):
        raise CrossEncoderError(f"scores of shape {scores.shape}; the model has to give one number for each passage")
    if not np.isfinite(scores).all():
        raise CrossEncoderError("a score is not finite")
    return [float(score) for score in scores]


def _read(hit: Hit) -> str:
    """What the model reads of a passage: where it stands, and its text."""
    return "\n".join(part for part in (hit.title, hit.heading, hit.text) if part)
