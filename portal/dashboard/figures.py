"""All that the dashboard shows, counted for one wish."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.dashboard import asked, cited, spending, stock, unanswered
from portal.dashboard.asked import Period, Whole
from portal.dashboard.cited import CitedDocument, NeverCited
from portal.dashboard.span import Span
from portal.dashboard.spending import Bill
from portal.dashboard.stock import Health, Storage
from portal.dashboard.unanswered import OpenTopic

if TYPE_CHECKING:
    from documents.models import Collection
    from documents.models.collection import type_Reader


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to see; without a collection all of them."""

    span: Span
    collection: "Collection | None" = None

    @property
    def key(self) -> int | None:
        return self.collection.pk if self.collection else None


@dataclass(frozen=True, slots=True)
class Figures:
    whole: Whole
    periods: Sequence[Period]
    hours: Mapping[tuple[int, int], int]
    most_cited: Sequence[CitedDocument]
    never_cited: NeverCited
    topics: Sequence[OpenTopic]
    health: Health
    storage: Storage
    language_models: Sequence[Bill]
    embeddings: Sequence[Bill]


def figures(reader: "type_Reader", wish: Wish) -> Figures:
    answers = asked.answers_of(wish.span, wish.key)
    return Figures(
        whole=asked.whole(answers),
        periods=asked.by_period(answers, wish.span),
        hours=asked.by_hour(answers),
        most_cited=cited.most_cited(reader, wish.span, wish.key),
        never_cited=cited.never_cited(reader, wish.span, wish.key),
        topics=unanswered.open_topics(wish.span, wish.key),
        health=stock.health(reader, wish.key),
        storage=stock.storage(wish.key),
        language_models=spending.language_models(answers),
        embeddings=spending.embeddings(wish.span),
    )
