"""How good the answers of a time were: shares of what became of them, by period, collection, model and index."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import TruncDay, TruncWeek
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.models import Answer, Citation, Feedback
from chat.review.queueing import reviewable
from documents.models import Collection

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


class Kind(StrEnum):
    """What became of an answer; each is of one kind, the first that holds from the bottom up."""

    SUPPORTED = "supported"
    UNVERIFIED = "unverified"
    CONTRADICTED = "contradicted"
    UNCITED = "uncited"
    REFUSED = "refused"


class By(StrEnum):
    COLLECTION = "collection"
    MODEL = "model"
    GENERATION = "generation"


class Step(StrEnum):
    DAY = "day"
    WEEK = "week"


# Periods that are shown.
SHOWN = {Step.DAY: 30, Step.WEEK: 16}


@dataclass(frozen=True, slots=True)
class Share:
    label: str
    percent: int


@dataclass(slots=True)
class Shares:
    """Counts of answers by what became of them, and of opinions on them."""

    label: str
    counts: dict[Kind, int] = field(default_factory=dict)
    liked: int = 0
    disliked: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def percent(self, kind: Kind) -> int:
        return round(100 * self.counts.get(kind, 0) / self.total) if self.total else 0

    @property
    def shares(self) -> list[Share]:
        labels = kind_labels()
        return [Share(labels[kind], self.percent(kind)) for kind in Kind]

    @property
    def disliked_percent(self) -> int | None:
        rated = self.liked + self.disliked
        return round(100 * self.disliked / rated) if rated else None


@dataclass(frozen=True, slots=True)
class Quality:
    """`periods` are without a gap, the newest last; `groups` are the same answers taken apart in another way."""

    periods: tuple[Shares, ...]
    groups: tuple[Shares, ...]
    whole: Shares

    @property
    def last_label(self) -> str:
        return self.periods[-1].label


def quality(reader: "type_Reader", step: Step, by: By) -> Quality:
    starts = _starts(step, timezone.localdate())
    answers = _with_kind(reviewable(reader).filter(created_at__date__gte=starts[0]))
    periods = _by_period(answers, step, starts)
    return Quality(tuple(periods), tuple(_by_group(answers, by, reader)), _sum(periods))


def kind_labels() -> dict[Kind, str]:
    return {
        Kind.SUPPORTED: _("supported"),
        Kind.UNVERIFIED: _("unverified"),
        Kind.CONTRADICTED: _("contradicted"),
        Kind.UNCITED: _("without a citation"),
        Kind.REFUSED: _("not answered"),
    }


def _with_kind(answers: QuerySet[Answer]) -> QuerySet[Answer]:
    cited = Citation.objects.filter(answer=OuterRef("pk"))
    rated = Feedback.objects.filter(answer=OuterRef("pk"))
    return answers.annotate(
        kind=Case(
            When(text="", then=Value(Kind.REFUSED)),
            When(Exists(cited.filter(finding=Citation.Finding.CONTRADICTED)), then=Value(Kind.CONTRADICTED)),
            When(Exists(cited.filter(finding=Citation.Finding.UNVERIFIED)), then=Value(Kind.UNVERIFIED)),
            When(Exists(cited), then=Value(Kind.SUPPORTED)),
            default=Value(Kind.UNCITED),
            output_field=CharField(),
        ),
        is_liked=Exists(rated.filter(helpful=True)),
        is_disliked=Exists(rated.filter(helpful=False)),
    )


def _by_period(answers: QuerySet[Answer], step: Step, starts: Iterable[date]) -> list[Shares]:
    rows = _counted(answers, TruncDay("created_at") if step is Step.DAY else TruncWeek("created_at"))
    found = {timezone.localdate(key): shares for key, shares in rows.items() if isinstance(key, datetime)}
    return [_labelled(found.get(start), start.isoformat()) for start in starts]


def _by_group(answers: QuerySet[Answer], by: By, reader: "type_Reader") -> list[Shares]:
    if by is By.COLLECTION:
        return _by_collection(answers, reader)
    names: dict[object, str] = {"": _("Quoted from the documents"), None: _("none")}
    rows = _counted(answers, F("model" if by is By.MODEL else "generation_id"))
    return _largest_first(_labelled(shares, names.get(key, str(key))) for key, shares in rows.items())


def _by_collection(answers: QuerySet[Answer], reader: "type_Reader") -> list[Shares]:
    """An answer counts for each collection that it cites; one that cites nothing for that of its nearest passage."""
    cited = _counted(answers.filter(citations__isnull=False), F("citations__collection"))
    nearest = KeyTransform("collection", KeyTransform("0", "passages"))
    rest = _counted(answers.filter(citations__isnull=True), nearest)
    shelves = Collection.objects.visible_to(reader).values_list("pk", "name")
    groups = [_sum([found[pk] for found in (cited, rest) if pk in found], name) for pk, name in shelves]
    return _largest_first(group for group in groups if group.total)


def _counted(answers: QuerySet[Answer], group: Combinable) -> dict[object, Shares]:
    """Shares of each group of answers."""
    rows = (
        answers.order_by()
        .values(group=group, of=F("kind"))
        .annotate(
            count=Count("pk", distinct=True),
            liked=Count("pk", distinct=True, filter=Q(is_liked=True)),
            disliked=Count("pk", distinct=True, filter=Q(is_disliked=True)),
        )
    )
    found: dict[object, Shares] = {}
    for row in rows:
        shares = found.setdefault(row["group"], Shares(""))
        shares.counts[Kind(row["of"])] = row["count"]
        shares.liked += row["liked"]
        shares.disliked += row["disliked"]
    return found


def _starts(step: Step, today: date) -> list[date]:
    """The first days of the periods, this one last."""
    length = timedelta(days=1 if step is Step.DAY else 7)
    last = today if step is Step.DAY else today - timedelta(days=today.weekday())
    return [last - length * back for back in reversed(range(SHOWN[step]))]


def _labelled(shares: Shares | None, label: str) -> Shares:
    shares = shares or Shares(label)
    shares.label = label
    return shares


def _largest_first(groups: Iterable[Shares]) -> list[Shares]:
    return sorted(groups, key=lambda shares: (-shares.total, shares.label))


def _sum(parts: Iterable[Shares], label: str = "") -> Shares:
    whole = Shares(label)
    for part in parts:
        whole.liked += part.liked
        whole.disliked += part.disliked
        for kind, count in part.counts.items():
            whole.counts[kind] = whole.counts.get(kind, 0) + count
    return whole
