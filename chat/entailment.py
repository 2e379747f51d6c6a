"""A local cross-encoder for natural language inference says whether a sentence entails a claim or contradicts it.

Off unless the settings name its folder. It reads the best sentences within a budget of time; what it has not read keeps
the score that it has without it.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from django.conf import settings

from chat.support.finding import Entailment
from search import cross_encoders
from search.cross_encoders import CrossEncoderError

# Pairs that are read between two looks at the clock.
BATCH = 2


def entailments(claim: str, sentences: Sequence[str]) -> list[Entailment]:
    """What the model says of as many sentences as the budget allows; nothing if there is no model."""
    if not settings.SUPPORT_MODEL:
        return []
    return cross_encoders.in_time(lambda: _batches(claim, sentences), settings.SUPPORT_BUDGET_MS)


def _batches(claim: str, sentences: Sequence[str]) -> Iterator[list[Entailment]]:
    model = cross_encoders.load(settings.SUPPORT_MODEL)
    columns = _columns(getattr(model.config, "id2label", None) or {})
    for low in range(0, len(sentences), BATCH):
        pairs = [(sentence, claim) for sentence in sentences[low : low + BATCH]]
        shares = model.predict(pairs, batch_size=BATCH, apply_softmax=True, show_progress_bar=False)
        yield _checked(shares, len(pairs), columns)


def _columns(labels: Mapping[int, str]) -> tuple[int, int]:
    """Where entailment and contradiction stand among the labels."""
    found = [
        [number for number, label in labels.items() if label.lower().startswith(name)]
        for name in ("entail", "contradict")
    ]
    if [len(numbers) for numbers in found] != [1, 1]:
        raise CrossEncoderError(f"labels {sorted(labels.values())}; there have to be entailment and contradiction")
    return int(found[0][0]), int(found[1][0])


def _checked(shares: np.ndarray, count: int, columns: tuple[int, int]) -> list[Entailment]:
    if shares.ndim != 2 or len(shares) != count or not np.isfinite(shares).all():
        raise CrossEncoderError(f"scores of shape {shares.shape}, or not finite")
    return [Entailment(*(round(float(row[column]), 4) for column in columns)) for row in shares]
