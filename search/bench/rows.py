"""What a bench measures: a generation as it stands, or a candidate that is built for the measurement."""

from dataclasses import dataclass

from documents.generations import OVERLAP, Plan
from documents.models import EmbeddingModel, Generation


@dataclass(frozen=True, slots=True)
class Row:
    """Without a generation it is a candidate."""

    plan: Plan
    generation: Generation | None = None

    @property
    def dimensions(self) -> int:
        return self.plan.dimensions or self.plan.model.dimensions


def of_generation(generation: Generation) -> Row:
    return Row(plan_of(generation), generation)


def plan_of(generation: Generation) -> Plan:
    """What it would take to build it once more."""
    return Plan(
        model=generation.model,
        window_tokens=generation.window_tokens,
        overlap_tokens=generation.overlap_tokens,
        dimensions=generation.dimensions,
        quantisation=generation.quantisation,
    )


def candidate(model: EmbeddingModel, window_tokens: int, dimensions: int | None = None) -> Row:
    """With the usual overlap. Raises ValueError if the model has no vectors of that size."""
    sizes = {model.dimensions, *model.shorter_dimensions}
    if dimensions is not None and not 0 < dimensions <= model.dimensions:
        raise ValueError(f"{model.name} has vectors of {sorted(sizes)} numbers, not {dimensions}")
    return Row(Plan(model, window_tokens, round(OVERLAP * window_tokens), dimensions))
