"""Tokens and money that language models and embedding endpoints took in a time."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from chat.models import Answer
from documents.models import EmbeddingUse
from portal.dashboard.span import Span

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Bill:
    """Of one model. `times` are answers, or requests of an endpoint; the cost is in the currency of the prices."""

    name: str
    purpose: str
    times: int
    tokens: int
    cost: Decimal


def language_models(answers: QuerySet[Answer]) -> list[Bill]:
    """By model, the one that took most tokens first. Answers that were quoted from documents cost nothing."""
    counted = answers.filter(Q(input_tokens__isnull=False) | Q(output_tokens__isnull=False))
    rows = counted.values("model").annotate(
        times=Count("pk"), read=Sum("input_tokens"), written=Sum("output_tokens"), money=Sum("cost")
    )
    bills = [
        Bill(
            row["model"] or _("for understanding questions"),
            _("Answers"),
            row["times"],
            (row["read"] or 0) + (row["written"] or 0),
            row["money"] or Decimal(0),
        )
        for row in rows
    ]
    return sorted(bills, key=lambda bill: (-bill.tokens, bill.name))


def embeddings(span: Span) -> list[Bill]:
    """By model and purpose, at the price that the model has now; of all collections together."""
    used = EmbeddingUse.objects.filter(day__gte=span.first, day__lte=span.last).order_by()
    rows = used.values_list("model__name", "purpose", "model__price_per_million_tokens").annotate(
        Sum("requests"), Sum("tokens")
    )
    bills = [
        Bill(name, str(EmbeddingUse.Purpose(purpose).label), requests, tokens, tokens * price / _MILLION)
        for name, purpose, price, requests, tokens in rows
    ]
    return sorted(bills, key=lambda bill: (-bill.tokens, bill.name))
