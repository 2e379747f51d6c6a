"""How the features of the support check are weighed, by language; pure."""

import math
from dataclasses import dataclass

from chat.support.features import Features


@dataclass(frozen=True, slots=True)
class Weights:
    intercept: float
    features: dict[str, float]

    def score(self, features: Features) -> float:
        """Between 0 and 1; 0.5 is the threshold."""
        logit = self.intercept + sum(weight * getattr(features, name) for name, weight in self.features.items())
        return 1 / (1 + math.exp(-logit))


# Logistic regressions, printed by `benchmarks/support_fit.py --seed 1`; they put the threshold at 0.5. Area under the
# curve on the part that was held out: SciFact (CC BY 4.0), an evidence sentence of a supported claim against another
# sentence of its abstract, 0.808.
_ENGLISH = Weights(
    -6.15,
    {
        "words": 1.40,
        "missing_words": -0.14,
        "characters": 1.77,
        "density": 2.84,
        "meaning": 1.80,
        "missing_facts": -0.64,
        "missing_names": -0.08,
        "shared_denial": 1.19,
        "overstated": -0.59,
        "opposite": -0.31,
        "length": 1.02,
    },
)
# KLUE-NLI (CC BY-SA 4.0), entailed sentences against neutral and contradicting ones, 0.812. Meaning as in English: the
# bundled model does not know Korean, another one may.
_KOREAN = Weights(
    1.22,
    {
        "missing_words": -1.76,
        "characters": 0.15,
        "density": 0.16,
        "meaning": 1.80,
        "missing_facts": -2.60,
        "other_facts": -0.14,
        "missing_names": -1.81,
        "missing_modifiers": -1.17,
        "denied_words": -0.99,
        "negation": -0.51,
        "shared_denial": 0.96,
        "overstated": -1.76,
        "opposite": -1.78,
        "length": 0.07,
    },
)


def weights(language: str) -> Weights:
    return _KOREAN if language == "ko" else _ENGLISH
