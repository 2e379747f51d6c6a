"""What the support check says of a citation; the findings are those stored in `Citation.finding`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Finding(StrEnum):
    SUPPORTED = "supported"
    UNVERIFIED = "unverified"
    # The source speaks of the same thing and has another number, date or amount, or denies it.
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Check:
    """How well a sentence stands behind a claim, 0..1, from which features, and what follows from it."""

    score: float
    finding: Finding
    features: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entailment:
    """What a model for natural language inference says of a sentence and a claim, each 0..1."""

    entails: float
    contradicts: float


# What is copied word by word from the source needs no check.
QUOTED = Check(1.0, Finding.SUPPORTED)
