"""The embedding model behind a measurement of the support check, and how far it is trusted.

Taken from the active generation; what that has not measured yet is taken from a measurement of the bundled model.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from chat.support.checking import LEAST_TRUST
from chat.support.evaluation import Row
from documents.embedding.embedders import embedder_for
from documents.embedding.local import BUNDLED_MODEL
from documents.models import EmbeddingModel, Generation

# Mean reciprocal ranks of the bundled model on parallel articles in both languages.
USUAL_TRUST = {"en": 0.86, "ko": 0.10}
# Texts that are embedded between two reports.
BATCH = 256


@dataclass(slots=True)
class Reader:
    model: EmbeddingModel
    measured: dict[str, float]
    _vectors: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def described(self) -> str:
        trust = ", ".join(f"{language} {self.trust(language):.2f}" for language in sorted(USUAL_TRUST))
        origin = "measured in the active index" if self.measured else "not measured in an index yet"
        return f"Trust in {self.model}: {trust} ({origin})"

    def trust(self, language: str) -> float:
        if language in self.measured:
            return self.measured[language]
        return USUAL_TRUST.get(language, 0.0) if self.model.name == BUNDLED_MODEL else float(self._knows(language))

    def _knows(self, language: str) -> bool:
        return language in self.model.languages

    def read(self, rows: Sequence[Row], report: Callable[[int, int], None]) -> None:
        """Embed the texts of the rows, in the languages that the model is trusted in."""
        heard = [row for row in rows if self.trust(row.language) >= LEAST_TRUST]
        texts = sorted({text for row in heard for text in (row.claim, *row.evidence)})
        for low in range(0, len(texts), BATCH):
            some = texts[low : low + BATCH]
            self._vectors.update(zip(some, embedder_for(self.model).embed_passages(some), strict=True))
            report(min(low + BATCH, len(texts)), len(texts))

    def similarity(self, text: str, others: Sequence[str]) -> Sequence[float]:
        return [float(self._vectors[text] @ self._vectors[other]) for other in others]


def reader() -> Reader:
    generation = Generation.objects.select_related("model").filter(state=Generation.State.ACTIVE).first()
    if generation:
        return Reader(generation.model, dict(generation.calibration))
    return Reader(EmbeddingModel(name=BUNDLED_MODEL, dimensions=384, max_tokens=256), {})
