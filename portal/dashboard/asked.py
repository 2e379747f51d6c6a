"""What was asked in a time and what became of it: by day, by hour of the week, and as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.db.models import (
    Aggregate,
    Case,
    CharField,
    Count,
    Exists,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncDate

from chat.models import Answer, Citation, Review
from portal.dashboard.span import Span, Step

HOURS, WEEKDAYS = range(24), range(1, 8)


class Outcome(StrEnum):
    """What became of a question; in the order in which bars are stacked, from the ground."""

    ANSWERED = "answered"
    REFUSED = "refused"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Period:
    """One bar: a day or some days, with what became of their questions."""

    step: Step
    counts: Mapping[Outcome, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def cells(self) -> list[int]:
        return [self.counts.get(outcome, 0) for outcome in Outcome]


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds that half, and 95 of 100, did not exceed; None where nothing was measured."""

    half: float | None
    most: float | None

    @property
    def half_s(self) -> float | None:
        return None if self.half is None else self.half / 1000

    @property
    def most_s(self) -> float | None:
        return None if self.most is None else self.most / 1000


@dataclass(frozen=True, slots=True)
class Whole:
    """The time as a whole. `people` is how many asked; nobody is named."""

    total: int
    people: int
    unverified: int
    reviewed: int
    first_word: Percentiles
    finished: Percentiles
    counts: Mapping[Outcome, int] = field(default_factory=dict)

    @property
    def percents(self) -> dict[str, float]:
        """Of all answers, by outcome and by "unverified" and "reviewed"."""
        counts = {outcome.value: self.counts.get(outcome, 0) for outcome in Outcome}
        counts |= {"unverified": self.unverified, "reviewed": self.reviewed}
        return {name: 100 * count / self.total if self.total else 0.0 for name, count in counts.items()}


class Percentile(Aggregate):
    """PostgreSQL's percentile_cont: the value below which a share of the values lies, interpolated."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: str, share: float) -> None:
        super().__init__(expression, share=share)


def answers_of(span: Span, collection: int | None) -> QuerySet[Answer]:
    """Answers to what was asked in that time, but those that are still being written.

    An answer belongs to the collections that it cites; one that cites nothing to that of its nearest passage.
    """
    found = Answer.objects.filter(created_at__gte=span.begin, created_at__lt=span.end).order_by()
    found = found.exclude(state=Answer.State.STREAMING)
    if collection is None:
        return found
    cited = Citation.objects.filter(answer=OuterRef("pk"))
    nearest = ~Exists(cited) & Q(passages__0__collection=collection)
    return found.filter(Q(Exists(cited.filter(collection=collection))) | nearest)


def by_period(answers: QuerySet[Answer], span: Span) -> tuple[Period, ...]:
    """Without a gap: a day on which nobody asked is there too."""
    rows = answers.values_list(TruncDate("created_at"), _outcome()).annotate(Count("pk"))
    days: dict[date, dict[Outcome, int]] = {}
    for day, outcome, count in rows:
        days.setdefault(day, {})[Outcome(outcome)] = count
    return tuple(Period(step, _sum(days, step)) for step in span.steps())


def by_hour(answers: QuerySet[Answer]) -> dict[tuple[int, int], int]:
    """Questions by day of the week, 1 for Monday to 7, and hour of the day, 0 to 23."""
    rows = answers.values_list(ExtractIsoWeekDay("created_at"), ExtractHour("created_at")).annotate(Count("pk"))
    return {(weekday, hour): count for weekday, hour, count in rows}


def whole(answers: QuerySet[Answer]) -> Whole:
    found = answers.annotate(outcome=_outcome()).aggregate(
        total=Count("pk"),
        word_half=Percentile("first_word_ms", 0.5),
        word_most=Percentile("first_word_ms", 0.95),
        end_half=Percentile("milliseconds", 0.5),
        end_most=Percentile("milliseconds", 0.95),
        **{outcome.value: Count("pk", filter=Q(outcome=outcome.value)) for outcome in Outcome},
    )
    doubted = Citation.objects.filter(answer=OuterRef("pk")).exclude(finding=Citation.Finding.SUPPORTED)
    reviewed = Review.objects.filter(answer=OuterRef("pk"), finished_at__isnull=False)
    return Whole(
        total=found["total"],
        # Statements of their own: joined with the texts of all answers they would take several times as long.
        people=answers.aggregate(people=Count("message__conversation__user", distinct=True))["people"],
        unverified=answers.filter(Exists(doubted)).count(),
        reviewed=answers.filter(Exists(reviewed)).count(),
        first_word=Percentiles(found["word_half"], found["word_most"]),
        finished=Percentiles(found["end_half"], found["end_most"]),
        counts={outcome: found[outcome.value] for outcome in Outcome},
    )


def _outcome() -> Case:
    """An answer without words is a refusal, unless something else ended it."""
    cut = [Answer.State.FAILED, Answer.State.INTERRUPTED]
    return Case(
        When(state__in=cut, then=Value(Outcome.FAILED.value)),
        When(state=Answer.State.STOPPED, then=Value(Outcome.STOPPED.value)),
        When(text="", then=Value(Outcome.REFUSED.value)),
        default=Value(Outcome.ANSWERED.value),
        output_field=CharField(),
    )


def _sum(days: Mapping[date, Mapping[Outcome, int]], step: Step) -> dict[Outcome, int]:
    found: dict[Outcome, int] = {}
    for day, counts in days.items():
        if step.first <= day <= step.last:
            for outcome, count in counts.items():
                found[outcome] = found.get(outcome, 0) + count
    return found
