"""Tells templates whether the model of the index that answers was withdrawn."""

from django import template

from documents.models import EmbeddingModel, Generation

register = template.Library()


@register.simple_tag
def withdrawn_model() -> EmbeddingModel | None:
    """The model that the active index was made with, if it computes nothing any more."""
    generation = Generation.objects.select_related("model").filter(state=Generation.State.ACTIVE).first()
    return generation.model if generation and generation.model.is_withdrawn else None
