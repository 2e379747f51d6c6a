"""A question in the making: its words and the passages that answer it, as a form carries them from page to page.

Nothing is kept on the server until it is saved, so the form works without scripts and in several windows.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from documents import places
from documents.models import Document
from documents.pages import collapsed, text_between
from search.models import Judgement, Question
from search.question_sets import Asked, Judged
from search.questions import passages
from search.retrieval import find_passages

if TYPE_CHECKING:
    from django.http import QueryDict

    from documents.models.collection import type_Reader

FOUND = 8
# A passage of a question is looked at sentence by sentence up to this many.
MOST_SENTENCES = 60
MOST_PASSAGES = 30
_KEY = re.compile(r"(\d{1,12}):(\d{1,6}):(\d{1,9}):(\d{1,9})")
_SPAN = re.compile(r"(\d{1,9}):(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Sentence:
    span: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage on the form. `grade` is empty for one that was found and not chosen."""

    judged: Judged
    title: str
    where: str
    url: str
    text: str
    sentences: tuple[Sentence, ...]
    is_outdated: bool = False
    grade: str = ""

    @property
    def key(self) -> str:
        one = self.judged
        return f"{one.document_id}:{one.page}:{one.start}:{one.end}"


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds."""

    text: str = ""
    set_name: str = ""
    is_answerable: bool = True
    find: str = ""
    judged: tuple[Judged, ...] = ()
    parallel_to: str = ""


def sent(data: "QueryDict", reader: "type_Reader") -> Draft:
    """What somebody sent; passages of documents that they may not see are left out."""
    return Draft(
        text=data.get("text", "")[:2000],
        set_name=" ".join(data.get("name", "").split())[:120],
        is_answerable="unanswerable" not in data,
        find=data.get("find", "")[:500],
        judged=tuple(_visible(_judged(data), reader)),
        parallel_to=data.get("parallel_to", "")[:20],
    )


def of(question: Question) -> Draft:
    head = question.parallel_of or question
    judged = tuple(_as_judged(one) for one in head.judgements.all())
    return Draft(question.text, question.question_set.name, question.is_answerable, "", judged)


def asked(draft: Draft, origin: str) -> Asked:
    return Asked(draft.text, origin, draft.judged if draft.is_answerable else (), draft.is_answerable)


def chosen(draft: Draft, outdated: Iterable[Judgement] = ()) -> list[Passage]:
    known = {(one.document_id, one.start, one.end) for one in outdated}
    documents = _documents(draft.judged)
    return [
        replace(
            _passage(one, documents[one.document_id]),
            grade=str(one.relevance),
            is_outdated=(one.document_id, one.start, one.end) in known,
        )
        for one in draft.judged
        if one.document_id in documents
    ]


def found(draft: Draft, reader: "type_Reader") -> list[Passage]:
    """What the search finds for it, without what was chosen. Raises SearchFailed."""
    if not draft.find.strip():
        return []
    taken = {(one.document_id, one.start, one.end) for one in draft.judged}
    hits = find_passages(draft.find, reader, FOUND).hits
    judged = [Judged(hit.document_id, hit.page, hit.start, hit.end, 0) for hit in hits]
    documents = _documents(judged)
    fresh = [one for one in judged if (one.document_id, one.start, one.end) not in taken]
    return [_passage(one, documents[one.document_id]) for one in fresh if one.document_id in documents]


def _judged(data: "QueryDict") -> Iterator[Judged]:
    """Of every passage on the form that has a grade, the sentences that are ticked."""
    for name in list(data)[:500]:
        key = _KEY.fullmatch(name.removeprefix("grade:"))
        grade = data.get(name, "")
        if not name.startswith("grade:") or key is None or grade not in ("0", "1", "2"):
            continue
        document_id, page, start, end = map(int, key.groups())
        whole = Judged(document_id, page, start, end, int(grade), is_whole=start == end)
        offered = f"sentences:{key[0]}" in data
        yield from _narrowed(whole, data.getlist(f"sentence:{key[0]}")) if offered else [whole]


def _narrowed(whole: Judged, ticked: Sequence[str]) -> list[Judged]:
    """A passage for each run of sentences that are ticked; all of it if none is."""
    spans = [tuple(map(int, span.groups())) for one in ticked if (span := _SPAN.fullmatch(one))]
    parts = passages.sentences(whole.document_id, whole.start, whole.end)[:MOST_SENTENCES]
    every = [(low, high) for low, high, _text in parts]
    wanted = [span in spans for span in every]
    if not any(wanted) or all(wanted):
        return [whole]
    return [replace(whole, start=low, end=high) for low, high in _runs(every, wanted)]


def _runs(spans: Sequence[tuple[int, int]], wanted: Sequence[bool]) -> Iterator[tuple[int, int]]:
    run: tuple[int, int] | None = None
    for (low, high), is_wanted in zip(spans, wanted, strict=True):
        if is_wanted:
            run = (run[0] if run else low, high)
        elif run:
            yield run
            run = None
    if run:
        yield run


def _visible(judged: Iterable[Judged], reader: "type_Reader") -> list[Judged]:
    rows = list(dict.fromkeys(judged))[:MOST_PASSAGES]
    visible = set(
        Document.objects.visible_to(reader)
        .filter(pk__in={one.document_id for one in rows})
        .values_list("pk", flat=True)
    )
    return [one for one in rows if one.document_id in visible and (one.is_whole or one.start < one.end)]


def _documents(judged: Iterable[Judged]) -> dict[int, Document]:
    return Document.objects.defer("sketch").in_bulk({one.document_id for one in judged})


def _as_judged(one: Judgement) -> Judged:
    return Judged(one.document_id, one.page, one.start, one.end, one.relevance, one.is_whole)


def _passage(judged: Judged, document: Document) -> Passage:
    parts = [] if judged.is_whole else passages.sentences(judged.document_id, judged.start, judged.end)
    text = text_between(judged.document_id, judged.start, judged.end)
    return Passage(
        judged=judged,
        title=document.title,
        where=places.label(document.media_type, judged.page, "") if document.page_based else "",
        url=places.passage_url(document.pk, judged.start, judged.end),
        text=" ".join(collapsed(text).split()),
        sentences=tuple(Sentence(f"{low}:{high}", words) for low, high, words in parts[:MOST_SENTENCES])
        if len(parts) > 1
        else (),
    )
