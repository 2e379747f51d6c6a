"""A verdict as a question of a question set: what was asked, and what the cited passages are worth for it."""

from typing import TYPE_CHECKING

from chat.models import Review, Verdict
from chat.review.forms import DEFAULT_SET
from search import question_sets
from search.models import Judgement, Question
from search.question_sets import Asked, Judged

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_RELEVANCE = {
    Verdict.Value.SUPPORTS: Judgement.Relevance.FULL,
    Verdict.Value.PARTLY: Judgement.Relevance.PART,
    Verdict.Value.DOES_NOT: Judgement.Relevance.NONE,
    Verdict.Value.OUTDATED: Judgement.Relevance.NONE,
}


def keep_as_question(review: Review, reviewer: "AbstractUser", name: str) -> Question:
    """A question whose refusal was right has no answer; a passage whose document is gone is left out."""
    message = review.answer.message
    verdicts = review.verdicts.select_related("citation").exclude(citation__document=None)
    asked = Asked(
        text=message.standalone_question or message.text,
        origin=Question.Origin.REVIEW,
        judged=[_judged(verdict) for verdict in verdicts],
        is_answerable=not _is_right_refusal(review),
    )
    return question_sets.add(name.strip() or str(DEFAULT_SET), asked, reviewer)


def _judged(verdict: Verdict) -> Judged:
    citation = verdict.citation
    document_id = citation.document_id or 0
    return Judged(document_id, citation.page, citation.start, citation.end, _RELEVANCE[Verdict.Value(verdict.value)])


def _is_right_refusal(review: Review) -> bool:
    return not review.answer.text and review.verdict == Review.Verdict.GOOD
