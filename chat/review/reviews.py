"""Who reviews which answer, and what they say of it. At most one reviewer holds an answer at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from chat import corrections
from chat.models import Answer, Review, Verdict
from chat.review import queueing
from chat.review.queueing import LEASE, Wishes

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

# Answers that are tried, when others are quicker to take them.
TRIED = 20


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reviewer sends: a verdict on the answer, on its citations by id, and perhaps a better answer."""

    verdict: str
    citations: Mapping[int, str] = field(default_factory=dict)
    note: str = ""
    corrected: str = ""
    wants_second: bool = False


def hold(answer: Answer, reviewer: "AbstractUser") -> Review | None:
    """The reviewer's own review of this answer, begun now if nobody else holds it; None if somebody does.

    The constraint on holders decides between two who come at once.
    """
    own = Review.objects.filter(answer=answer, reviewer_id=reviewer.pk)
    if finished := own.filter(finished_at__isnull=False).first():
        return finished
    with transaction.atomic():
        _unfinished(answer).filter(touched_at__lt=Now() - LEASE).exclude(reviewer_id=reviewer.pk).delete()
        Review.objects.bulk_create([Review(answer=answer, reviewer_id=reviewer.pk)], ignore_conflicts=True)
    renew(answer, reviewer)
    return own.first()


def renew(answer: Answer, reviewer: "AbstractUser") -> bool:
    """Keep the answer for another while; False when it is no longer held."""
    return _unfinished(answer).filter(reviewer_id=reviewer.pk).update(touched_at=Now()) == 1


def release(answer: Answer, reviewer: "AbstractUser") -> None:
    _unfinished(answer).filter(reviewer_id=reviewer.pk).delete()


def holder(answer: Answer) -> Review | None:
    return queueing.held().filter(answer=answer).select_related("reviewer").first()


def take_next(reviewer: "AbstractUser", wishes: Wishes) -> Answer | None:
    """What the reviewer holds already, or else the riskiest answer that is free, held from now on."""
    begun = queueing.held().filter(reviewer_id=reviewer.pk).values("answer")
    own = queueing.reviewable(reviewer).filter(pk__in=begun).order_by("-risk").first()
    if own is not None:
        return own
    for answer in queueing.free_for(reviewer, wishes)[:TRIED]:
        if hold(answer, reviewer) is not None:
            return answer
    return None


def record(answer: Answer, reviewer: "AbstractUser", opinion: Opinion) -> Review:
    """Store the opinion, also of somebody whose hold has ended meanwhile: nothing said is lost."""
    with transaction.atomic():
        now = timezone.now()
        first = Review(answer=answer, reviewer_id=reviewer.pk, finished_at=now)
        Review.objects.bulk_create([first], ignore_conflicts=True)
        review = Review.objects.select_for_update().get(answer=answer, reviewer_id=reviewer.pk)
        if review.verdict:
            review.earlier = [*review.earlier, _said(review)]
        review.verdict, review.note, review.wants_second = opinion.verdict, opinion.note, opinion.wants_second
        review.finished_at = review.touched_at = now
        review.save()
        review.verdicts.all().delete()
        judged = [Verdict(review=review, citation_id=pk, value=value) for pk, value in opinion.citations.items()]
        Verdict.objects.bulk_create(judged)
        corrections.keep(review, answer, opinion.corrected)
    queueing.reassess(answer.pk)
    return review


def _unfinished(answer: Answer) -> QuerySet[Review]:
    return Review.objects.filter(answer=answer, finished_at__isnull=True)


def _said(review: Review) -> dict[str, object]:
    return {
        "at": review.finished_at.isoformat() if review.finished_at else "",
        "verdict": review.verdict,
        "note": review.note,
        "citations": {str(verdict.citation_id): verdict.value for verdict in review.verdicts.all()},
    }
