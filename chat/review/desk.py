"""What a reviewer sees of one answer: each cited sentence beside its source, and what the support check found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from chat import corrections, transcript
from chat.access import Standing
from chat.models import Answer, Citation, Correction, Review, Verdict
from chat.rendering import CiteMark, answer_html
from chat.review.forms import DEFAULT_SET, ReviewForm, field_of
from chat.support_words import in_words
from chat.transcript import Card, ShownAnswer

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


@dataclass(frozen=True, slots=True)
class Choice:
    """One verdict that can be given by a key."""

    value: str
    label: str
    key: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Claimed:
    """A sentence of the answer and the source that it cites. `others` are verdicts of other reviewers."""

    place: int
    field: str
    card: Card
    sentence: str
    finding: str
    percent: int
    features: tuple[str, ...]
    choices: tuple[Choice, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """One answer on the desk of one reviewer."""

    shown: ShownAnswer
    review: Review
    form: ReviewForm
    question: str
    # The question made self-contained, if that is another wording.
    standalone: str
    claims: tuple[Claimed, ...]
    verdicts: tuple[Choice, ...]
    # What employees missed, in their words; not who they are.
    remarks: tuple[str, ...]
    correction: Correction | None

    @property
    def answer(self) -> Answer:
        return self.shown.answer


def desk(answer: Answer, review: Review, form: ReviewForm, reader: "type_Reader") -> Desk:
    shown = transcript.shown(answer, reader)
    message = answer.message
    return Desk(
        shown=shown,
        review=review,
        form=form,
        question=message.text,
        standalone=message.standalone_question if message.standalone_question != message.text else "",
        claims=_claims(shown, review, form),
        verdicts=_choices(Review.Verdict, "gcw", form["verdict"].value()),
        remarks=tuple(_remarks(answer)),
        correction=Correction.objects.filter(review=review).first(),
    )


def said_before(review: Review, answer: Answer) -> dict[str, Any]:
    """What the reviewer has said, as the form's first values; without a correction, the answer as it is."""
    said = {field_of(verdict.citation_id): verdict.value for verdict in review.verdicts.all()}
    correction = Correction.objects.filter(review=review).first()
    return said | {
        "verdict": review.verdict,
        "note": review.note,
        "corrected": corrections.typed(correction, answer) if correction and _is_offered(review, correction) else "",
        "is_refusal": bool(correction and not correction.documents),
        "wants_second": review.wants_second,
        "question_set": str(DEFAULT_SET),
    }


def _is_offered(review: Review, correction: Correction) -> bool:
    """What has expired can be changed and given again; what was taken back by a good verdict is over."""
    return correction.expired_at is None or review.verdict != Review.Verdict.GOOD


def preview(text: str, answer: Answer) -> SafeString:
    """A corrected answer as it will be read; marks of unknown sources are left out."""
    plain, marks = corrections.read_marks(text, [passage["number"] for passage in answer.passages])
    places = [
        CiteMark(mark.start, mark.end, format_html('<span class="cite">{}</span>', mark.number)) for mark in marks
    ]
    return answer_html(plain, places, quoted=False)


def _remarks(answer: Answer) -> Iterator[str]:
    for opinion in answer.feedback.all():
        said = [opinion.get_reason_display(), f"“{opinion.comment}”" if opinion.comment else ""]
        if not opinion.helpful and any(said):
            yield " · ".join(filter(None, said))


def _claims(shown: ShownAnswer, review: Review, form: ReviewForm) -> tuple[Claimed, ...]:
    answer = shown.answer
    citations = list(answer.citations.all())
    others = _others(answer, review) if review.finished_at else {}
    return tuple(
        Claimed(
            place=place,
            field=field_of(citation.pk),
            card=card,
            sentence=_sentence(shown, citation, card),
            finding=citation.finding,
            percent=round(100 * citation.support),
            features=in_words(citation.features),
            choices=_choices(Verdict.Value, "1234", form[field_of(citation.pk)].value()),
            others=others.get(citation.pk, ()),
        )
        for place, (citation, card) in enumerate(zip(citations, shown.cards, strict=True), 1)
    )


def _sentence(shown: ShownAnswer, citation: Citation, card: Card) -> str:
    """The words that the mark stands for; hidden with its source, and where the answer hides any of them."""
    first, last = citation.sentence_start, citation.sentence_end
    if card.place.standing is Standing.HIDDEN or any(start < last and first < end for start, end in shown.hidden):
        return _("(from a source that you may no longer read)")
    words, _marks = corrections.read_marks(shown.answer.text[first:last], ())
    return words.strip()


def _others(answer: Answer, review: Review) -> Mapping[int, tuple[str, ...]]:
    """What others say of each citation. It is shown only to somebody who has judged, so that opinions are their own."""
    found: dict[int, tuple[str, ...]] = {}
    rows = Verdict.objects.filter(review__answer=answer, review__finished_at__isnull=False).exclude(review=review)
    for verdict in rows.select_related("review__reviewer"):
        line = f"{verdict.review.reviewer or _('somebody')}: {verdict.get_value_display()}"
        found[verdict.citation_id] = (*found.get(verdict.citation_id, ()), line)
    return found


def _choices(of: type[TextChoices], keys: str, chosen: str | None) -> tuple[Choice, ...]:
    return tuple(Choice(one.value, str(one.label), key, one == chosen) for one, key in zip(of, keys, strict=True))
