"""A stored conversation as its reader may see it now. Access is asked again each time, since rights change.

A citation outlives its document: it is then shown as no longer available, with its quote only for somebody
who can still read the collection. Whoever cannot sees neither quote nor title, nor the words of the answer
that rest on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.failures import Explanation, explain
from chat.models import Answer, Citation, Conversation, Message
from chat.rendering import CiteMark, answer_html, cite_link
from chat.support import Finding
from documents import effective, places
from documents.models import Collection, Document, Page
from documents.pages import collapsed

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


class Standing(StrEnum):
    OPEN = "open"
    # The document was deleted; its collection may still be read.
    GONE = "gone"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Place:
    """A passage in a document, and the addresses that show it; none of them when it cannot be opened."""

    title: str
    where: str
    standing: Standing
    document_url: str = ""
    picture_url: str = ""
    highlight_url: str = ""
    passage_url: str = ""
    # The days on which the document holds, in words.
    period: str = ""
    # Why what it says does not hold today, in words.
    outdated: str = ""


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
class ShownAnswer:
    answer: Answer
    html: SafeString
    cards: tuple[Card, ...]
    cited: tuple[Source, ...]
    others: tuple[Source, ...]
    failure: Explanation | None

    @property
    def is_refusal(self) -> bool:
        return self.answer.state == Answer.State.COMPLETE and not self.answer.grounded

    @property
    def weak_numbers(self) -> list[int]:
        return self._numbers(Finding.UNVERIFIED)

    @property
    def contradicted_numbers(self) -> list[int]:
        return self._numbers(Finding.CONTRADICTED)

    def _numbers(self, finding: Finding) -> list[int]:
        return sorted({card.number for card in self.cards if card.finding == finding})

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


class Access:
    """What one reader may see of the documents behind some answers, asked for once."""

    def __init__(self, reader: "type_Reader", answers: Sequence[Answer]) -> None:
        ids = {passage["document"] for answer in answers for passage in answer.passages}
        self._existing = set(Document.objects.filter(pk__in=ids).values_list("pk", flat=True))
        self._open = Document.objects.visible_to(reader).select_related("superseded_by").defer("sketch").in_bulk(ids)
        numbers = {passage["page"] for answer in answers for passage in answer.passages}
        recognised = Page.objects.filter(document_id__in=self._open, number__in=numbers, method=Page.Method.OCR)
        self._sure = {(page.document_id, page.number): page.percent_sure for page in recognised.defer("text")}
        self._sheets = _sheet_names(self._open.values(), answers)
        self._shelves = set(Collection.objects.visible_to(reader).values_list("pk", flat=True))

    def document(self, pk: int | None) -> Document | None:
        return self._open.get(pk or 0)

    def percent_sure(self, document_id: int, page: int) -> int | None:
        return self._sure.get((document_id, page))

    def where(self, document: Document | None, page: int) -> str:
        """The page, slide or sheet, as part of a line."""
        if document is None or not document.page_based:
            return _("text")
        return places.label(document.media_type, page, self._sheets.get((document.pk, page), ""))

    def standing(self, document_id: int | None, collection_id: int | None) -> Standing:
        if document_id in self._open:
            return Standing.OPEN
        if document_id in self._existing or collection_id not in self._shelves:
            return Standing.HIDDEN
        return Standing.GONE


def turns(conversation: Conversation, reader: "type_Reader") -> list[Turn]:
    """The questions of a conversation, each with its latest answer."""
    answers = Prefetch("answers", Answer.objects.prefetch_related("citations"))
    messages = [message for message in conversation.messages.prefetch_related(answers) if message.answers.all()]
    latest = {message.pk: list(message.answers.all())[-1] for message in messages}
    access = Access(reader, list(latest.values()))
    return [Turn(message, _shown(latest[message.pk], access)) for message in messages]


def shown(answer: Answer, reader: "type_Reader") -> ShownAnswer:
    """One answer, exactly as `turns` would show it."""
    return _shown(answer, Access(reader, [answer]))


def passing_sources(answer_id: int, passages: Sequence[Mapping[str, Any]], reader: "type_Reader") -> list[Source]:
    """Sources of an answer that is still being written."""
    answer = Answer(pk=answer_id, passages=list(passages))
    access = Access(reader, [answer])
    return [_source(answer_id, passage, (), access) for passage in passages]


def _shown(answer: Answer, access: Access) -> ShownAnswer:
    citations = list(answer.citations.all())
    cards = [_card(citation, access) for citation in citations]
    marks = [_mark(citation, card) for citation, card in zip(citations, cards, strict=True)]
    sources = [_source(answer.pk, passage, cards, access) for passage in answer.passages]
    return ShownAnswer(
        answer=answer,
        html=answer_html(answer.text, marks, quoted=answer.is_quoted),
        cards=tuple(cards),
        cited=tuple(source for source in sources if source.cards),
        others=tuple(source for source in sources if not source.cards),
        failure=explain(answer.error_code) if answer.error_code else None,
    )


def _card(citation: Citation, access: Access) -> Card:
    standing = access.standing(citation.document_id, citation.collection_id)
    document = access.document(citation.document_id)
    where = access.where(document, citation.page)
    place = _place(citation.title, where, (citation.page, citation.start, citation.end), standing, document)
    return Card(
        id=f"card-{citation.pk}",
        number=citation.number,
        place=place,
        quote="" if standing is Standing.HIDDEN else collapsed(citation.quote),
        finding=Finding(citation.finding),
    )


def _mark(citation: Citation, card: Card) -> CiteMark:
    url = card.place.document_url or f"#{_anchor(citation.answer_id, citation.number)}"
    hidden = card.place.standing is Standing.HIDDEN
    return CiteMark(
        citation.mark_start,
        citation.mark_end,
        cite_link(citation.number, url, card.id, card.finding),
        (citation.sentence_start, citation.sentence_end) if hidden else None,
    )


def _source(answer_id: int, passage: Mapping[str, Any], cards: Sequence[Card], access: Access) -> Source:
    standing = access.standing(passage["document"], passage["collection"])
    position = (passage["page"], passage["start"], passage["end"])
    document = access.document(passage["document"])
    where = access.where(document, passage["page"])
    return Source(
        number=passage["number"],
        anchor=_anchor(answer_id, passage["number"]),
        heading=places.path(document.media_type if document else "", passage["heading"])
        if standing is not Standing.HIDDEN
        else "",
        place=_place(passage["title"], where, position, standing, document),
        cards=tuple({card.quote: card for card in cards if card.number == passage["number"]}.values()),
        percent_sure=access.percent_sure(passage["document"], passage["page"]),
    )


def _place(
    title: str, where: str, position: tuple[int, int, int], standing: Standing, document: Document | None
) -> Place:
    """`position` is the page, and from where to where in the document's text."""
    if standing is Standing.HIDDEN:
        return Place(_("A source that you may no longer read"), "", standing)
    if document is None:
        return Place(title, _("no longer available"), standing)
    return replace(
        _opened(title, where, position, document),
        period=effective.period(document.effective_from, document.effective_until),
        outdated=effective.outdated_because(document, effective.today()),
    )


def _opened(title: str, where: str, position: tuple[int, int, int], document: Document) -> Place:
    page, start, end = position
    marked = urlencode({"start": start, "end": end})
    address = f"{document.get_absolute_url()}?{marked}#passage"
    if not document.is_pdf:
        passage_url = f"{reverse('documents:passage', args=[document.pk])}?{marked}"
        return Place(title, where, Standing.OPEN, address, passage_url=passage_url)
    picture_url = f"{reverse('documents:page_picture', args=[document.pk, page])}?width=1000"
    highlight_url = f"{reverse('documents:page_highlight', args=[document.pk])}?{marked}"
    return Place(title, where, Standing.OPEN, address, picture_url, highlight_url)


def _sheet_names(documents: Iterable[Document], answers: Sequence[Answer]) -> dict[tuple[int, int], str]:
    """The names of the sheets behind answers, which stand first on them, by document and page."""
    workbooks = [document.pk for document in documents if places.is_workbook(document.media_type)]
    if not workbooks:
        return {}
    pages = {passage["page"] for answer in answers for passage in answer.passages}
    pages |= {citation.page for answer in answers for citation in answer.citations.all()}
    rows = Page.objects.filter(document__in=workbooks, number__in=pages).values_list("document", "number", "headings")
    return {(key, number): headings[0]["text"] for key, number, headings in rows if headings}


def _anchor(answer_id: int, number: int) -> str:
    return f"source-{answer_id}-{number}"
