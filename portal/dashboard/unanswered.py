"""What the documents did not answer in a time, by topic."""

from dataclasses import dataclass

from django.db.models import Count, Max

from chat.models import Gap
from chat.topics import topics
from portal.dashboard.span import Span

# Questions, the most asked ones, that topics are made of, and topics that are shown.
LOOKED_AT = 60
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Asking:
    """A question in its newest wording, and how often it was asked."""

    question: str
    times: int


@dataclass(frozen=True, slots=True)
class OpenTopic:
    """Without a name: questions that share nothing with others."""

    name: str
    questions: tuple[Asking, ...]

    @property
    def times(self) -> int:
        return sum(asking.times for asking in self.questions)


def open_topics(span: Span, collection: int | None) -> list[OpenTopic]:
    """The most asked topic first, of questions that nobody has closed."""
    gaps = Gap.objects.open().filter(created_at__gte=span.begin, created_at__lt=span.end).order_by()
    if collection is not None:
        gaps = gaps.filter(collections__contains=[collection])
    rows = gaps.values("terms", "language").annotate(times=Count("pk"), newest=Max("pk")).order_by("-times", "-newest")
    counts = {row["newest"]: row["times"] for row in rows[:LOOKED_AT]}
    texts = dict(Gap.objects.filter(pk__in=counts).values_list("pk", "question"))
    asked = [Asking(texts[pk], times) for pk, times in counts.items() if pk in texts]
    return [OpenTopic(topic.name, topic.members) for topic in topics(asked, _question, _times)][:SHOWN]


def _question(asking: Asking) -> str:
    return asking.question


def _times(asking: Asking) -> int:
    return asking.times
