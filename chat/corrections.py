"""Answers that reviewers corrected, given again to whoever asks the same, as long as nothing they rest on changed.

Given only to somebody who may read all of the documents that the correction rests on, within what was asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from chat.answering import Draft, Evidence, outlines_of
from chat.citations import Mark, MarkFilter
from chat.models import Answer, Correction, Review
from chat.passages import Outline, Passage
from chat.sameness import Wording, is_same, may_be_same, wording
from documents import effective
from documents.models import Document, Generation
from documents.pages import text_between
from search.lexical import term_idf

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# Corrections that share a word with the question and are compared with it.
COMPARED = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """A correction in the place of what would have been written."""

    evidence: Evidence
    draft: Draft


def offered(
    evidence: Evidence, reader: "type_Reader", collections: Sequence[int], documents: Sequence[int]
) -> Offer | None:
    """The newest correction for this question that this reader may have; None to write an answer.

    `collections` and `documents` are what was asked, empty for all.
    """
    asked = wording(evidence.query.text)
    for correction in _alike(asked):
        if _is_same(asked, correction, evidence) and _may_be_given(correction, reader, collections, documents):
            return _offer(correction, evidence)
    return None


def was_given(answer_id: int) -> bool:
    """Whether the question of this answer got a correction before: who asks again wants another answer."""
    return Answer.objects.filter(message__answers=answer_id, correction__isnull=False).exists()


def keep(review: Review, answer: Answer, text: str) -> None:
    """Keep a reviewer's answer in the place of an earlier one of the same review; without text, take that back.

    The same text again leaves it as it is, also when it has expired. A correction that was given and found not to be
    good is taken back.
    """
    if answer.correction and review.verdict != Review.Verdict.GOOD:
        take_back(answer.correction)
    known = Correction.objects.filter(review=review).first()
    if not text:
        if known is not None:
            take_back(known)
        return
    if known is None or typed(known, answer) != text:
        _store(review, answer, text)


def typed(correction: Correction, answer: Answer) -> str:
    """The text as the reviewer typed it, with the numbers of the answer's own sources."""
    numbers = {_spot(passage): passage["number"] for passage in answer.passages}
    back = {passage["number"]: numbers.get(_spot(passage), 0) for passage in correction.passages}
    plain, marks = read_marks(correction.text, back)
    return _with_numbers(plain, marks, back)


def take_back(correction: Correction) -> None:
    Correction.objects.filter(pk=correction.pk, expired_at__isnull=True).update(expired_at=Now())


def why_expired(correction: Correction, documents: Mapping[int, Document]) -> str:
    """What changed since, in words; nothing while it may be given. `documents` are those that still exist."""
    for pk in correction.documents:
        document = documents.get(pk)
        if document is None:
            return _("A document that it rests on was deleted.")
        outdated = effective.outdated_because(document, effective.today())
        if outdated:
            return _("“%(title)s”: %(change)s.") % {"title": document.title, "change": outdated}
    return ""


def renumbered(text: str, passages: Sequence[Mapping[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """The text with its marks counted from 1, and the passages that it has marks for, in their order."""
    known = {passage["number"]: passage for passage in passages}
    plain, marks = read_marks(text, known)
    order = {number: place for place, number in enumerate(sorted({mark.number for mark in marks}), 1)}
    kept = [{**known[number], "number": place} for number, place in order.items()]
    return _with_numbers(plain, marks, order), kept


def read_marks(text: str, known: Iterable[int]) -> tuple[str, list[Mark]]:
    """The text as an answer's text is stored, and its marks."""
    reading = MarkFilter(set(known))
    plain = reading.feed(text) + reading.flush()
    return plain, reading.marks


def _with_numbers(text: str, marks: Sequence[Mark], numbers: Mapping[int, int]) -> str:
    pieces, last = [], 0
    for mark in marks:
        pieces += [text[last : mark.start], f"[{numbers[mark.number]}]"]
        last = mark.end
    return "".join([*pieces, text[last:]])


def _spot(passage: Mapping[str, Any]) -> tuple[int, int, int]:
    return passage["document"], passage["start"], passage["end"]


def _store(review: Review, answer: Answer, text: str) -> None:
    question = answer.message.standalone_question or answer.message.text
    body, passages = renumbered(text, answer.passages)
    asked = wording(question)
    values = {
        "reviewer": review.reviewer,
        "question": question,
        "language": asked.language,
        "terms": sorted(asked.terms),
        "text": body,
        "passages": passages,
        "documents": sorted({passage["document"] for passage in passages}),
        "expired_at": None,
    }
    Correction.objects.update_or_create(review=review, defaults=values)


def _alike(asked: Wording) -> list[Correction]:
    found = Correction.objects.filter(
        expired_at__isnull=True, language=asked.language, terms__overlap=sorted(asked.terms)
    )
    newest = found.exclude(documents=[]).order_by("-pk")[:COMPARED]
    return [correction for correction in newest if may_be_same(asked, wording(correction.question))]


def _is_same(asked: Wording, correction: Correction, evidence: Evidence) -> bool:
    generation = Generation.objects.get(pk=evidence.generation_id)
    idf = term_idf(generation, {*asked.terms, *correction.terms})
    trust = evidence.query.trust(asked.language)
    return is_same(
        asked,
        wording(correction.question),
        idf,
        trust,
        lambda: evidence.similarity(evidence.query.text, [correction.question])[0],
    )


def _may_be_given(
    correction: Correction, reader: "type_Reader", collections: Sequence[int], documents: Sequence[int]
) -> bool:
    rests_on = Document.objects.filter(pk__in=correction.documents).select_related("superseded_by")
    if why_expired(correction, rests_on.in_bulk()):
        take_back(correction)
        return False
    open_to = rests_on.visible_to(reader).filter(state=Document.State.READY)
    if collections or documents:
        open_to = open_to.filter(Q(collection__in=collections) | Q(pk__in=documents))
    return open_to.count() == len(set(correction.documents))


def _offer(correction: Correction, evidence: Evidence) -> Offer:
    outlines = outlines_of(correction.documents)
    documents = Document.objects.in_bulk(correction.documents)
    passages = tuple(_passage(frozen, documents[frozen["document"]], outlines) for frozen in correction.passages)
    text, marks = read_marks(correction.text, range(1, len(passages) + 1))
    draft = Draft(text=text, marks=marks, grounded=True, correction_id=correction.pk)
    return Offer(replace(evidence, passages=passages, outlines=outlines), draft)


def _passage(frozen: Mapping[str, Any], document: Document, outlines: Mapping[int, Outline]) -> Passage:
    start, end = frozen["start"], frozen["end"]
    return Passage(
        number=frozen["number"],
        document_id=document.pk,
        collection_id=document.collection_id,
        title=document.title,
        file_name=document.file_name,
        page_based=document.page_based,
        page=frozen["page"],
        start=start,
        end=end,
        text=text_between(document.pk, start, end),
        heading=frozen["heading"],
        language=document.language,
        score=1.0,
        lexical=0.0,
        semantic=0.0,
        outline=outlines[document.pk].between(start, end),
        media_type=document.media_type,
    )
