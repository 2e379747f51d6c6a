"""Answers as programs get them: text with [n] marks, the citations behind these, and what stood beside them.

Words, quotes and titles from sources that the person may not read any more are left out, as on the pages.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from ninja import Field, Schema

from chat.access import Place, Standing
from chat.models import Answer, Citation
from chat.rendering import edited, regret
from chat.transcript import Card, ShownAnswer, Source
from documents import audit
from documents.audit import Event
from portal.api.documents import Failure
from portal.api.errors import ErrorCode, error

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

type_Absolute = Callable[[str], str]


class SourceOut(Schema):
    number: int
    document_id: int | None = Field(description="null for one that is gone or may no longer be read.")
    title: str
    where: str
    start: int | None
    end: int | None
    url: str


class CitationOut(Schema):
    number: int = Field(description="The n of its mark [n].")
    document_id: int | None
    title: str
    page: int | None
    where: str
    start: int | None = Field(description="Of the quote, in the document's text.")
    end: int | None
    quote: str
    finding: str = Field(description="supported, unverified or contradicted: what the check of the source says.")
    support: float = Field(description="How well the quote stands behind the sentence, 0 to 1.")
    mark_start: int = Field(description="Of the mark, in the answer's text.")
    mark_end: int
    url: str


class AnswerOut(Schema):
    id: int
    conversation_id: int
    message_id: int
    state: str = Field(description="complete, stopped, interrupted, failed, or streaming.")
    text: str = Field(description="Markdown with marks [1], [2] …")
    is_refusal: bool = Field(description="The documents do not answer the question.")
    model: str = Field(description="Empty: quoted from the documents word by word.")
    citations: list[CitationOut]
    sources: list[SourceOut] = Field(description="The passages that it was written from.")
    degraded: str = Field(description="The way to search that was away: “lexical” or “semantic”.")
    failure: Failure | None
    milliseconds: int
    created_at: datetime
    url: str = Field(description="The page of the portal that shows it.")


def stored(answer_id: int) -> Answer:
    """An answer with its conversation and citations. Raises ApiError if they were deleted meanwhile."""
    known = Answer.objects.select_related("message__conversation").prefetch_related("citations")
    if (answer := known.filter(pk=answer_id).first()) is None:
        raise error(ErrorCode.NOT_FOUND)
    return answer


def told(view: ShownAnswer, absolute: type_Absolute) -> AnswerOut:
    """An answer as its person may see it now."""
    answer = view.answer
    failure = view.failure
    return AnswerOut(
        id=answer.pk,
        conversation_id=answer.message.conversation_id,
        message_id=answer.message_id,
        state=answer.state,
        text=text_of(view),
        is_refusal=view.is_refusal,
        model=answer.model,
        citations=citations_of(view, absolute),
        sources=[source(one, passage, absolute) for one, passage in _sources(view)],
        degraded=answer.degraded,
        failure=Failure(code=answer.error_code, message=failure.what, next_step=failure.next_step) if failure else None,
        milliseconds=answer.milliseconds,
        created_at=answer.created_at,
        url=absolute(answer.message.conversation.get_absolute_url()),
    )


def text_of(view: ShownAnswer) -> str:
    """What may be read of the answer."""
    return edited(view.answer.text, [(start, end, regret()) for start, end in view.hidden])


def refusal_of(view: ShownAnswer) -> str:
    """The sentence that stands where there is no answer."""
    return _("The documents do not answer this.") if view.is_refusal else ""


def citations_of(view: ShownAnswer, absolute: type_Absolute) -> list[CitationOut]:
    rows = zip(view.answer.citations.all(), view.cards, strict=True)
    return [_citation(row, card, view, absolute) for row, card in rows]


def source(shown_source: Source, passage: Mapping[str, Any], absolute: type_Absolute) -> SourceOut:
    place = shown_source.place
    is_open = place.standing is Standing.OPEN
    return SourceOut(
        number=shown_source.number,
        document_id=passage["document"] if is_open else None,
        title=place.title,
        where=place.where,
        start=passage["start"] if is_open else None,
        end=passage["end"] if is_open else None,
        url=_address(place, absolute),
    )


def tell_quotes(view: ShownAnswer, reader: "type_Reader", through: str) -> None:
    """Whoever gets an answer from here has read its quotes: each is recorded once."""
    quoted = {
        (row.document_id, row.start, row.end)
        for row, card in zip(view.answer.citations.all(), view.cards, strict=True)
        if card.place.standing is Standing.OPEN
    }
    for document, start, end in sorted(quoted, key=str):
        audit.record(
            Event.QUOTE_READ, reader, document=document, answer=view.answer.pk, start=start, end=end, through=through
        )


def _sources(view: ShownAnswer) -> "Sequence[tuple[Source, Mapping[str, Any]]]":
    """In the order of their numbers, each beside the passage as it is stored."""
    passages = {passage["number"]: passage for passage in view.answer.passages}
    every = sorted([*view.cited, *view.others], key=lambda one: one.number)
    return [(one, passages[one.number]) for one in every]


def _citation(row: Citation, card: Card, view: ShownAnswer, absolute: type_Absolute) -> CitationOut:
    is_open = card.place.standing is Standing.OPEN
    moved = _moved(row.mark_start, view)
    return CitationOut(
        number=row.number,
        document_id=row.document_id if is_open else None,
        title=card.place.title,
        page=row.page if is_open else None,
        where=card.place.where,
        start=row.start if is_open else None,
        end=row.end if is_open else None,
        quote=card.quote,
        finding=card.finding,
        support=round(row.support, 3),
        mark_start=moved,
        mark_end=moved + row.mark_end - row.mark_start,
        url=_address(card.place, absolute),
    )


def _moved(place: int, view: ShownAnswer) -> int:
    """Where it stands in the text without the words that are hidden."""
    return place + sum(len(regret()) - (end - start) for start, end in view.hidden if end <= place)


def _address(place: Place, absolute: type_Absolute) -> str:
    return absolute(place.document_url) if place.document_url else ""
