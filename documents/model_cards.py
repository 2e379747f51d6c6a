"""What staff see of each model of the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language_info

from documents.embedding.availability import Availability, availability_of
from documents.embedding.bookkeeping import Spending, spent_since
from documents.models import EmbeddingModel, Generation

# Languages that Django knows by their script only.
_DJANGOS = {"zh": "zh-hans"}


@dataclass(frozen=True, slots=True)
class ModelCard:
    model: EmbeddingModel
    availability: Availability
    generations: tuple[Generation, ...]
    languages: str
    # Of this month; None for models that cost nothing.
    spending: Spending | None

    @property
    def answers(self) -> bool:
        return any(generation.state == Generation.State.ACTIVE for generation in self.generations)

    @property
    def price(self) -> str:
        """Of a million tokens, without zeros at its end; empty if nobody told it."""
        price = self.model.price_per_million_tokens
        return f"{price.normalize():f}" if price else ""

    @property
    def may_be_deleted(self) -> bool:
        return may_be_deleted(self.model)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The cards in the order of what a person looks for: what is used, what could be, what is missing."""

    in_use: tuple[ModelCard, ...]
    usable: tuple[ModelCard, ...]
    others: tuple[ModelCard, ...]


def catalogue() -> Catalogue:
    cards = [card_of(model) for model in EmbeddingModel.objects.prefetch_related("generations").order_by("name")]
    used = [card for card in cards if card.generations]
    unused = [card for card in cards if not card.generations]
    return Catalogue(
        in_use=tuple(sorted(used, key=lambda card: not card.answers)),
        usable=tuple(card for card in unused if card.availability.is_usable),
        others=tuple(card for card in unused if not card.availability.is_usable),
    )


def card_of(model: EmbeddingModel) -> ModelCard:
    month = timezone.localdate().replace(day=1)
    return ModelCard(
        model=model,
        availability=availability_of(model),
        generations=tuple(
            generation
            for generation in model.generations.all()
            if generation.state != Generation.State.RETIRED and not generation.is_scratch
        ),
        languages=", ".join(_names(model.languages)),
        spending=spent_since(model, month) if model.is_endpoint else None,
    )


def may_be_deleted(model: EmbeddingModel) -> bool:
    """Rows that an admin added, as long as no index, not even a retired one, was made with them."""
    return not model.is_shipped and not model.generations.exists()


def facts_may_change(model: EmbeddingModel) -> bool:
    """Under the same conditions: what a vector is made of must not change below an index."""
    return may_be_deleted(model)


def _names(codes: Sequence[str]) -> list[str]:
    return [_name(code) for code in codes]


def _name(code: str) -> str:
    try:
        return str(get_language_info(_DJANGOS.get(code, code))["name_translated"])
    except KeyError:
        return code
