"""What the queue says of an answer in one row: how risky it is and why, who holds it, and what was said of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat import risk
from chat.models import Answer, Review
from chat.review import queueing
from chat.review.queueing import LEASE, Status, Wishes

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


@dataclass(frozen=True, slots=True)
class Row:
    answer: Answer
    level: str
    level_words: str
    why: tuple[str, ...]
    # Who holds the answer now, if it is somebody else.
    holder: str
    is_mine: bool
    opinions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    waiting: int
    today: int
    mine_today: int


def row(answer: Answer, reviewer: "type_Reader") -> Row:
    """Of an answer with its signals."""
    signals = queueing.signals_of(answer)
    holding = next((review for review in answer.reviews.all() if _is_held(review)), None)
    is_mine = holding is not None and holding.reviewer_id == reviewer.pk
    why = tuple(risk.in_words(reason, signals) for reason in signals.reasons)
    return Row(
        answer=answer,
        level=risk.level(answer.risk),
        level_words=risk.level_words(answer.risk),
        why=why or (_("nothing conspicuous"),),
        holder=str(holding.reviewer) if holding and not is_mine else "",
        is_mine=is_mine,
        opinions=_opinions(answer, reviewer),
    )


def tally(reviewer: "type_Reader") -> Tally:
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    finished = Review.objects.filter(finished_at__gte=start)
    return Tally(
        waiting=queueing.queue(reviewer, Wishes(status=Status.OPEN)).count(),
        today=finished.count(),
        mine_today=finished.filter(reviewer_id=reviewer.pk).count(),
    )


def _opinions(answer: Answer, reviewer: "type_Reader") -> tuple[str, ...]:
    """What reviewers said; only how many to somebody who has not said anything yet."""
    finished = queueing.finished_reviews(answer)
    if queueing.has_judged(answer, reviewer):
        return tuple(f"{review.reviewer or _('somebody')}: {review.get_verdict_display()}" for review in finished)
    count = len(finished)
    return (ngettext("%(count)s opinion", "%(count)s opinions", count) % {"count": count},) if count else ()


def _is_held(review: Review) -> bool:
    return review.finished_at is None and review.touched_at >= timezone.now() - LEASE
