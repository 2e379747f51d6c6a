"""Who said what of an answer, and when. Employees stay unnamed: it matters what they said, not who they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from chat.models import Answer, Citation, Correction, Feedback, Review, Verdict
from chat.review import queueing
from documents.models import Document

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


@dataclass(frozen=True, slots=True)
class Event:
    """`lines` are the verdicts on citations, and what was remarked."""

    at: datetime
    who: str
    what: str
    lines: tuple[str, ...] = ()


def events(answer: Answer, reader: "type_Reader") -> list[Event]:
    """All that happened, the newest first. Other opinions are left out until the reader has given one."""
    found = [*_asked(answer), *(_rated(opinion) for opinion in answer.feedback.all())]
    if queueing.has_judged(answer, reader):
        numbers = {citation.pk: citation for citation in answer.citations.all()}
        for review in queueing.finished_reviews(answer):
            found += _reviewed(review, numbers)
            found += _corrected(review, reader)
    return sorted(found, key=lambda event: event.at, reverse=True)


def hidden_opinions(answer: Answer, reader: "type_Reader") -> int:
    """How many opinions wait to be seen until the reader has given one."""
    return 0 if queueing.has_judged(answer, reader) else len(queueing.finished_reviews(answer))


def _asked(answer: Answer) -> Iterator[Event]:
    yield Event(answer.finished_at or answer.created_at, answer.model or _("Quoted from the documents"), _("Answered"))


def _rated(opinion: Feedback) -> Event:
    what = _("Thumbs up") if opinion.helpful else _("Thumbs down")
    lines = (opinion.get_reason_display(), opinion.comment)
    return Event(opinion.created_at, _("An employee"), what, tuple(line for line in lines if line))


def _reviewed(review: Review, numbers: Mapping[int, Citation]) -> Iterator[Event]:
    who = str(review.reviewer or _("somebody"))
    for said in review.earlier:
        yield _said(who, said, numbers)
    now = {str(verdict.citation_id): verdict.value for verdict in review.verdicts.all()}
    at = review.finished_at or review.started_at
    yield _said(who, {"at": at, "verdict": review.verdict, "note": review.note, "citations": now}, numbers)


def _corrected(review: Review, reader: "type_Reader") -> Iterator[Event]:
    """The text itself only for somebody who may read all that it rests on."""
    correction = Correction.objects.filter(review=review).first()
    if correction is None:
        return
    readable = Document.objects.visible_to(reader).filter(pk__in=correction.documents).count()
    text = (correction.text,) if readable == len(correction.documents) else ()
    yield Event(correction.created_at, str(review.reviewer or _("somebody")), _("Corrected the answer"), text)
    if correction.expired_at:
        yield Event(correction.expired_at, _("The portal"), _("The correction is no longer given"))


def _said(who: str, said: Mapping[str, Any], numbers: Mapping[int, Citation]) -> Event:
    at = said["at"] if isinstance(said["at"], datetime) else datetime.fromisoformat(said["at"])
    labels = dict(Verdict.Value.choices)
    known = [(numbers[int(pk)], value) for pk, value in said["citations"].items() if int(pk) in numbers]
    verdicts = [f"[{citation.number}] {labels[value]}" for citation, value in known]
    note = [said["note"]] if said["note"] else []
    what = dict(Review.Verdict.choices)[said["verdict"]]
    return Event(at, who, str(what), (*verdicts, *note))
