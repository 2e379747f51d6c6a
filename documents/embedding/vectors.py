"""What every embedding model is known by, and what its vectors must be like before they are used."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from documents.failure_codes import FailureCode, IndexingFailure
from documents.models import EmbeddingModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type_Vectors = NDArray[np.float32]


class Embedder(Hashable, Protocol):
    """Turns texts into vectors of shape (n, dimensions), float32, each of length one."""

    def embed_passages(self, texts: Sequence[str]) -> "type_Vectors": ...

    def embed_queries(self, texts: Sequence[str]) -> "type_Vectors": ...

    def token_starts(self, text: str) -> Sequence[int]:
        """Start offset of every token of the text by this model's own tokenizer."""
        ...

    def parts(self, texts: Sequence[str]) -> list[list[str]]:
        """What the model is given for each passage: the text, or even parts of it if it is longer than it takes."""
        ...


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a catalogue row says of its model, as far as its adapter needs it."""

    name: str
    dimensions: int
    max_tokens: int
    query_prefix: str = ""
    passage_prefix: str = ""
    minimum_version: str = ""
    endpoint: "EndpointFacts | None" = None


@dataclass(frozen=True, slots=True)
class EndpointFacts:
    """How a service is asked. Limits are those of a minute; `token_rates` are pairs of a name and a factor."""

    base_url: str
    key_name: str
    query_name: str
    takes_dimensions: bool
    requests_per_minute: int | None
    tokens_per_minute: int | None
    token_rates: tuple[tuple[str, float], ...]


def facts_of(model: EmbeddingModel) -> ModelFacts:
    return ModelFacts(
        model.name,
        model.dimensions,
        model.max_tokens,
        model.query_prefix,
        model.passage_prefix,
        model.minimum_version,
        _endpoint_facts(model) if model.is_endpoint else None,
    )


def _endpoint_facts(model: EmbeddingModel) -> EndpointFacts:
    return EndpointFacts(
        model.base_url,
        model.key_name,
        model.query_name or model.name,
        bool(model.shorter_dimensions),
        model.requests_per_minute,
        model.tokens_per_minute,
        tuple(sorted(model.token_rates.items())),
    )


def truncated(embedder: Embedder, texts: Sequence[str]) -> float:
    """Share of the texts that are longer than the model takes: it is given them in parts, not cut off."""
    parts = embedder.parts(texts)
    return sum(len(text_parts) > 1 for text_parts in parts) / max(len(parts), 1)


def checked(vectors: "type_Vectors", count: int, dimensions: int) -> "type_Vectors":
    """Return the vectors normalised. Raises IndexingFailure(MODEL_ERROR) on a wrong count, size or number."""
    if vectors.shape != (count, dimensions):
        raise IndexingFailure(FailureCode.MODEL_ERROR, f"shape {vectors.shape}, expected {(count, dimensions)}")
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(vectors).all() or not (norms > 0).all():
        raise IndexingFailure(FailureCode.MODEL_ERROR, "a vector is zero or not finite")
    unit: type_Vectors = (vectors / norms).astype(np.float32)
    return unit


def shortened(vectors: "type_Vectors", dimensions: int) -> "type_Vectors":
    """The first numbers of each vector, of length one again: what models are trained for that offer several sizes.

    Kusupati et al., Matryoshka Representation Learning, 2022.
    """
    if vectors.shape[1] == dimensions:
        return vectors
    return checked(vectors[:, :dimensions], len(vectors), dimensions)
