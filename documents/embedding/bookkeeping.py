"""What is noted of an endpoint while it is asked, from whichever thread: what it was asked for, and that it is gone."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import DatabaseError, connection
from django.db.models import Sum
from django.utils import timezone

from documents.models import EmbeddingModel, EmbeddingUse

logger = logging.getLogger(__name__)

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Book:
    """The notes of one model. Whatever happens to the database, the vectors that were paid for are not lost."""

    model_id: int

    def used(self, purpose: EmbeddingUse.Purpose, *, texts: int, tokens: int) -> None:
        """Count one request."""
        with _own_connection():
            _add(self.model_id, purpose, texts, tokens)

    def withdrawn(self) -> None:
        """Note when the endpoint said for the first time that it does not have the model."""
        with _own_connection():
            rows = EmbeddingModel.objects.filter(pk=self.model_id, withdrawn_at=None)
            if rows.update(withdrawn_at=timezone.now()):
                logger.error("embedding model %s was withdrawn by its endpoint", self.model_id)


@dataclass(frozen=True, slots=True)
class Spending:
    requests: int
    tokens: int
    money: Decimal


def spent_since(model: EmbeddingModel, day: date) -> Spending:
    """What was asked of the model from that day on, and what it costs at the price that it has now."""
    sums = model.uses.filter(day__gte=day).aggregate(requests=Sum("requests"), tokens=Sum("tokens"))
    tokens = sums["tokens"] or 0
    return Spending(sums["requests"] or 0, tokens, tokens * model.price_per_million_tokens / _MILLION)


def _add(model_id: int, purpose: EmbeddingUse.Purpose, texts: int, tokens: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO documents_embeddinguse AS use (model_id, day, purpose, requests, texts, tokens)
            VALUES (%s, %s, %s, 1, %s, %s)
            ON CONFLICT (model_id, day, purpose) DO UPDATE SET requests = use.requests + 1,
                   texts = use.texts + excluded.texts, tokens = use.tokens + excluded.tokens
            """,
            [model_id, timezone.localdate(), purpose, texts, tokens],
        )


@contextmanager
def _own_connection() -> Iterator[None]:
    """Close the thread's connection behind the block unless it was open before: nobody else would."""
    was_open = connection.connection is not None
    try:
        yield
    except DatabaseError:
        logger.exception("what an endpoint was asked for could not be noted")
    finally:
        if not was_open:
            connection.close()
