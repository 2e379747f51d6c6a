"""Answers that wait for a reviewer, the riskiest first, and what they can be narrowed to."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Now

from chat import risk
from chat.models import Answer, Citation, Feedback, Review
from chat.risk import Reason, Signals

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# A reviewer keeps an answer for so long after the last sign of life.
LEASE = timedelta(minutes=30)
# One in so many answers is given to a second reviewer unasked, to see whether reviewers agree.
SECOND_OF = 10

M = TypeVar("M", Review, Citation)

_HANGUL = "[\uac00-\ud7a3]"
_FINDINGS = {Reason.CONTRADICTED: Citation.Finding.CONTRADICTED, Reason.UNVERIFIED: Citation.Finding.UNVERIFIED}


class Status(StrEnum):
    OPEN = "open"
    MINE = "mine"
    REVIEWED = "reviewed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the queue is narrowed to; empty for all. A model of "-" is no model: quoted from the documents."""

    status: str = Status.OPEN
    collection: int | None = None
    language: str = ""
    reason: str = ""
    model: str = ""
    since: date | None = None
    until: date | None = None


def reviewable(user: "type_Reader") -> QuerySet[Answer]:
    """Answers that have something to judge; only staff judge."""
    if not user.is_authenticated or not user.is_staff:
        return Answer.objects.none()
    kept = Q(state__in=[Answer.State.STOPPED, Answer.State.INTERRUPTED]) & ~Q(text="")
    return Answer.objects.filter(Q(state=Answer.State.COMPLETE) | kept)


def with_signals(answers: QuerySet[Answer]) -> QuerySet[Answer]:
    """Fetch with the answers what `signals_of` looks at."""
    reviews = Prefetch("reviews", Review.objects.select_related("reviewer"))
    return answers.select_related("message").prefetch_related("citations", "feedback", reviews)


def queue(user: "type_Reader", wishes: Wishes) -> QuerySet[Answer]:
    return _narrowed(_by_status(reviewable(user), user, wishes.status), wishes).order_by("-risk", "-pk")


def free_for(user: "type_Reader", wishes: Wishes) -> QuerySet[Answer]:
    """What this reviewer may be given next: waiting, held by nobody, and not judged by them before."""
    waiting = _by_status(reviewable(user), user, Status.OPEN).exclude(Exists(_of_answer(held())))
    return _narrowed(waiting, wishes).order_by("-risk", "-pk")


def held() -> QuerySet[Review]:
    return Review.objects.filter(finished_at__isnull=True, touched_at__gte=Now() - LEASE)


def signals_of(answer: Answer) -> Signals:
    """Of an answer from `with_signals`. What was reviewed counts again only for what came after."""
    reviewed = [review.finished_at for review in answer.reviews.all() if review.finished_at]
    unhelpful = [opinion for opinion in answer.feedback.all() if not opinion.helpful]
    if reviewed:
        complaints = sum(opinion.created_at > max(reviewed) for opinion in unhelpful)
        return Signals({Reason.UNHELPFUL: complaints, Reason.SECOND: int(_wants_second(answer))}, answer.seen)
    return Signals({**_marks(answer), Reason.UNHELPFUL: len(unhelpful), Reason.SEEN: 1}, answer.seen)


def finished_reviews(answer: Answer) -> list[Review]:
    """Of an answer whose reviews are there; held ones are no opinions yet."""
    return [review for review in answer.reviews.all() if review.finished_at]


def has_judged(answer: Answer, reader: "type_Reader") -> bool:
    return any(review.reviewer_id == reader.pk for review in finished_reviews(answer))


def reassess(*answer_ids: int) -> None:
    """Store how risky answers are now: they ended, were opened, rated or reviewed."""
    answers = list(with_signals(Answer.objects.filter(pk__in=answer_ids)))
    for answer in answers:
        answer.risk = risk.risk(signals_of(answer))
    Answer.objects.bulk_update(answers, ["risk"])


def _marks(answer: Answer) -> dict[Reason, int]:
    citations = list(answer.citations.all())
    counts = {reason: sum(one.finding == finding for one in citations) for reason, finding in _FINDINGS.items()}
    low = [one for one in citations if one.finding == Citation.Finding.SUPPORTED and one.support < risk.LOW_SUPPORT]
    return counts | {
        # A reviewer stands behind what was corrected.
        Reason.LOW: int(bool(low) and answer.correction_id is None),
        Reason.UNCITED: int(bool(answer.text and not citations)),
        Reason.REFUSED: int(not answer.text),
        Reason.CUT: int(answer.state == Answer.State.INTERRUPTED),
    }


def _wants_second(answer: Answer) -> bool:
    finished = finished_reviews(answer)
    return len(finished) == 1 and (finished[0].wants_second or answer.pk % SECOND_OF == 0)


def _by_status(answers: QuerySet[Answer], user: "type_Reader", status: str) -> QuerySet[Answer]:
    finished = Review.objects.filter(finished_at__isnull=False)
    if status == Status.ALL:
        return answers
    if status == Status.REVIEWED:
        return answers.filter(Exists(_of_answer(finished)))
    if status == Status.MINE:
        return answers.filter(Exists(_of_answer(Review.objects.filter(reviewer_id=user.pk))))
    second = _second() & ~Exists(_of_answer(finished.filter(reviewer_id=user.pk)))
    return answers.filter(~Exists(_of_answer(finished)) | second | Q(Exists(_complaints())))


def _second() -> Q:
    """A first opinion is there, and a second one is wanted."""
    finished = Review.objects.filter(finished_at__isnull=False)
    more_than_one = finished.values("answer").annotate(opinions=Count("pk")).filter(opinions__gt=1)
    wanted = Q(Exists(_of_answer(finished.filter(wants_second=True))))
    drawn = Q(Exists(_of_answer(finished.alias(lot=F("answer_id") % SECOND_OF).filter(lot=0))))
    return (wanted | drawn) & ~Q(pk__in=more_than_one.values("answer"))


def _complaints() -> QuerySet[Feedback]:
    """Thumbs down of an answer that nobody has reviewed since."""
    later = Review.objects.filter(answer=OuterRef("answer"), finished_at__gte=OuterRef("created_at"))
    return Feedback.objects.filter(~Exists(later), answer=OuterRef("pk"), helpful=False)


def _holds(reason: Reason) -> Q:
    if reason in _FINDINGS:
        return Q(Exists(_of_answer(Citation.objects.filter(finding=_FINDINGS[reason]))))
    if reason is Reason.SECOND:
        return _second()
    low = Citation.objects.filter(finding=Citation.Finding.SUPPORTED, support__lt=risk.LOW_SUPPORT)
    return {
        Reason.UNHELPFUL: Q(Exists(Feedback.objects.filter(answer=OuterRef("pk"), helpful=False))),
        Reason.UNCITED: ~Q(text="") & ~Q(Exists(_of_answer(Citation.objects.all()))),
        Reason.LOW: Q(Exists(_of_answer(low))),
        Reason.REFUSED: Q(text=""),
        Reason.CUT: Q(state=Answer.State.INTERRUPTED),
        Reason.SEEN: Q(seen__gte=risk.MENTIONED),
    }[reason]


def _narrowed(answers: QuerySet[Answer], wishes: Wishes) -> QuerySet[Answer]:
    narrowed = _holds(Reason(wishes.reason)) if wishes.reason else Q()
    if wishes.collection:
        read = Q(passages__contains=[{"collection": wishes.collection}])
        cited = Q(Exists(_of_answer(Citation.objects.filter(collection=wishes.collection))))
        narrowed &= read | cited
    if wishes.language:
        korean = Q(message__text__regex=_HANGUL)
        narrowed &= korean if wishes.language == "ko" else ~korean
    if wishes.model:
        narrowed &= Q(model="" if wishes.model == "-" else wishes.model)
    if wishes.since:
        narrowed &= Q(created_at__date__gte=wishes.since)
    if wishes.until:
        narrowed &= Q(created_at__date__lte=wishes.until)
    return answers.filter(narrowed)


def _of_answer(rows: QuerySet[M]) -> QuerySet[M]:
    return rows.filter(answer=OuterRef("pk"))
