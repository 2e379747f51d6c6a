"""Vectors that need not be computed: of the same text under the same model, from whichever generation has them."""

from collections.abc import Iterator

import numpy as np

from documents.contexts import Contexts, embedded_text
from documents.embedding.embedders import embedder_of
from documents.embedding.vectors import shortened
from documents.models import Chunk, Document, Generation

type_Known = dict[str, np.ndarray]


def known_vectors(document: Document, generation: Generation) -> type_Known:
    """What was embedded of the document (context and text) -> its vector, float32 of shape (generation.dimensions,).

    Vectors of more numbers are shortened. None are known if the pages are to be read anew: the title, which is
    embedded too, may change with them.
    """
    if not document.pages.exists():
        return {}
    known: type_Known = {}
    for source in sources(generation):
        for text, vector in _embedded(document, source):
            known.setdefault(text, shortened(vector[None, :], generation.dimensions)[0])
    return known


def sources(generation: Generation) -> list[Generation]:
    """Generations whose vectors could stand in this one, itself first."""
    same = Generation.objects.filter(
        model=generation.model_id, dimensions__gte=generation.dimensions, is_scratch=False
    ).exclude(state=Generation.State.RETIRED)
    return sorted(same.select_related("model"), key=lambda other: (other.pk != generation.pk, -other.pk))


def _embedded(document: Document, source: Generation) -> Iterator[tuple[str, np.ndarray]]:
    rows = Chunk.objects.filter(generation=source, document=document, embedding__isnull=False)
    contexts: Contexts | None = None
    for heading, text, vector in rows.values_list("heading", "text", "embedding"):
        contexts = contexts or Contexts(document.title, embedder_of(source), source.window_tokens)
        yield embedded_text(contexts.text(heading), text), np.asarray(vector, dtype=np.float32)
