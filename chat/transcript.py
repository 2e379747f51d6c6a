"""A stored conversation as its reader may see it now.

Whoever may not read a source sees neither its quote nor its title, nor the words of the answer that rest on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.access import Access, Place, Standing
from chat.concealment import Spoken, hidden_spans
from chat.failures import Explanation, explain
from chat.models import Answer, Citation, Conversation, Feedback, Message
from chat.rendering import CiteMark, answer_html, cite_link
from chat.support import Finding
from chat.threads import Exchange, line
from documents import places
from documents.pages import collapsed

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


@dataclass(frozen=True, slots=True)
class Card:
    """What a citation mark shows when it is pointed at."""

    id: str
    number: int
    place: Place
    quote: str
    finding: Finding = Finding.SUPPORTED


@dataclass(frozen=True, slots=True)
class Source:
    number: int
    anchor: str
    heading: str
    place: Place
    cards: tuple[Card, ...]
    # How sure text recognition was of its page; nothing for a text layer.
    percent_sure: int | None


@dataclass(frozen=True, slots=True)
class Corrected:
    """Who wrote the answer in place of the portal, and when."""

    reviewer: str
    on: date
    holds: bool


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    answer: Answer
    html: SafeString
    cards: tuple[Card, ...]
    cited: tuple[Source, ...]
    others: tuple[Source, ...]
    failure: Explanation | None
    # Parts of its text that this reader may not see.
    hidden: tuple[tuple[int, int], ...] = ()
    corrected: Corrected | None = None
    # Tokens and costs, which only staff see.
    is_counted: bool = False

    @property
    def is_refusal(self) -> bool:
        return self.answer.state == Answer.State.COMPLETE and not self.answer.grounded

    @property
    def has_weak(self) -> bool:
        return any(card.finding is Finding.UNVERIFIED for card in self.cards)

    @property
    def has_contradicted(self) -> bool:
        return any(card.finding is Finding.CONTRADICTED for card in self.cards)

    @property
    def announcement(self) -> str:
        """What a screen reader says when the answer is there."""
        if self.failure and not self.answer.text:
            return self.failure.what
        if self.is_refusal:
            return _("The documents do not answer this.")
        count = len(self.cited)
        return ngettext("Answer ready, %(count)s source", "Answer ready, %(count)s sources", count) % {"count": count}


@dataclass(frozen=True, slots=True)
class Turn:
    message: Message
    shown: ShownAnswer
    versions: Exchange
    # What this reader has said of the answer.
    opinion: Feedback | None

    @property
    def address(self) -> str:
        return self.message.conversation.get_absolute_url()

    @property
    def is_liked(self) -> bool:
        return self.opinion is not None and self.opinion.helpful

    @property
    def is_disliked(self) -> bool:
        return self.opinion is not None and not self.opinion.helpful

    @property
    def reasons(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Feedback.Reason.choices]


def turns(conversation: Conversation, reader: "type_Reader", chosen: int | None = None) -> list[Turn]:
    """The questions of a conversation, each with its latest answer; with `chosen`, along the line of that one."""
    return _turns(_exchanges(conversation, chosen), reader)


def turn_of(answer: Answer, reader: "type_Reader") -> Turn:
    """One answer with its question, exactly as `turns` would show it."""
    exchanges = _exchanges(answer.message.conversation, answer.pk)
    return _turns([exchange for exchange in exchanges if exchange.answer.pk == answer.pk], reader)[0]


def shown(answer: Answer, reader: "type_Reader") -> ShownAnswer:
    """The answer alone."""
    return _shown(answer, Access(reader, [answer]))


def shown_all(answers: Sequence[Answer], reader: "type_Reader") -> list[ShownAnswer]:
    """Several answers, whose citations are fetched, with access asked for once."""
    access = Access(reader, answers)
    return [_shown(answer, access) for answer in answers]


def passing_sources(answer_id: int, passages: Sequence[Mapping[str, Any]], reader: "type_Reader") -> list[Source]:
    """Sources of an answer that is still being written."""
    answer = Answer(pk=answer_id, passages=list(passages))
    access = Access(reader, [answer])
    return [_source(answer_id, passage, (), access) for passage in passages]


def _exchanges(conversation: Conversation, chosen: int | None) -> list[Exchange]:
    return line(list(conversation.messages.prefetch_related("answers")), chosen)


def _turns(exchanges: Sequence[Exchange], reader: "type_Reader") -> list[Turn]:
    answers = [exchange.answer for exchange in exchanges]
    prefetch_related_objects(answers, "citations", "correction__reviewer")
    access = Access(reader, answers)
    opinions = {said.answer_id: said for said in Feedback.objects.filter(answer__in=answers, user=reader.pk)}
    return [
        Turn(exchange.message, _shown(exchange.answer, access), exchange, opinions.get(exchange.answer.pk))
        for exchange in exchanges
    ]


def _shown(answer: Answer, access: Access) -> ShownAnswer:
    citations = list(answer.citations.all())
    cards = [_card(citation, access) for citation in citations]
    marks = [_mark(citation, card) for citation, card in zip(citations, cards, strict=True)]
    sources = [_source(answer.pk, passage, cards, access) for passage in answer.passages]
    hidden = _hidden(answer, list(zip(citations, cards, strict=True)), access)
    return ShownAnswer(
        answer=answer,
        html=answer_html(answer.text, marks, hidden, quoted=answer.is_quoted),
        cards=tuple(cards),
        cited=tuple(source for source in sources if source.cards),
        others=tuple(source for source in sources if not source.cards),
        failure=explain(answer.error_code, answer.retry_at) if answer.error_code else None,
        hidden=hidden,
        corrected=_corrected(answer),
        is_counted=access.reader.is_staff and bool(answer.model),
    )


def _hidden(answer: Answer, cited: Sequence[tuple[Citation, Card]], access: Access) -> tuple[tuple[int, int], ...]:
    spoken = [_spoken(citation, card) for citation, card in cited]
    if all(words.may_be_read for words in spoken) and not access.rests_on_hidden(answer):
        return ()
    return hidden_spans(answer.text, spoken)


def _spoken(citation: Citation, card: Card) -> Spoken:
    return Spoken(
        (citation.sentence_start, citation.sentence_end),
        (citation.mark_start, citation.mark_end),
        may_be_read=card.place.standing is not Standing.HIDDEN,
        is_supported=card.finding is Finding.SUPPORTED,
    )


def _corrected(answer: Answer) -> Corrected | None:
    correction = answer.correction
    if correction is None:
        return None
    by = correction.reviewer
    name = (by.get_full_name() or by.get_username()) if by else _("a reviewer who has left")
    return Corrected(name, timezone.localdate(correction.created_at), holds=correction.expired_at is None)


def _card(citation: Citation, access: Access) -> Card:
    standing = access.standing(citation.document_id, citation.collection_id)
    position = (citation.page, citation.start, citation.end)
    return Card(
        id=f"card-{citation.pk}",
        number=citation.number,
        place=access.place(citation.title, position, standing, citation.document_id, citation.answer_id),
        quote="" if standing is Standing.HIDDEN else collapsed(citation.quote),
        finding=Finding(citation.finding),
    )


def _mark(citation: Citation, card: Card) -> CiteMark:
    url = card.place.document_url or f"#{_anchor(citation.answer_id, citation.number)}"
    link = cite_link(citation.number, url, card.id, card.finding)
    return CiteMark(citation.mark_start, citation.mark_end, link)


def _source(answer_id: int, passage: Mapping[str, Any], cards: Sequence[Card], access: Access) -> Source:
    standing = access.standing(passage["document"], passage["collection"])
    document = access.document(passage["document"])
    heading = places.path(document.media_type if document else "", passage["heading"])
    return Source(
        number=passage["number"],
        anchor=_anchor(answer_id, passage["number"]),
        heading="" if standing is Standing.HIDDEN else heading,
        place=access.place(
            passage["title"],
            (passage["page"], passage["start"], passage["end"]),
            standing,
            passage["document"],
            answer_id,
        ),
        cards=tuple({card.quote: card for card in cards if card.number == passage["number"]}.values()),
        percent_sure=access.percent_sure(passage["document"], passage["page"]),
    )


def _anchor(answer_id: int, number: int) -> str:
    return f"source-{answer_id}-{number}"
