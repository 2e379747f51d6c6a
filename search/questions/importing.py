"""Rows of a file into questions of a set: first what would come in and what is wrong; then, if it is wanted, so."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from documents.models import Document
from documents.pages import text_between
from search import question_sets
from search.models import Judgement, Question
from search.question_sets import Asked, Judged
from search.questions.naming import Named, Names
from search.questions.passages import Place, Reading, reading_of
from search.questions.rows import MOST_CHARACTERS, Row

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

_RELEVANCE = {
    "": 2, "2": 2, "1": 1, "0": 0, "full": 2, "part": 1, "none": 0, "전부": 2, "일부": 1, "없음": 0,
}  # fmt: skip
_SPLITS = {
    "": "", "tuning": "tuning", "train": "tuning", "dev": "tuning", "held_out": "held_out", "held out": "held_out",
    "test": "held_out",
}  # fmt: skip
_NO = ("no", "false", "0", "아니요", "n")
_LANGUAGES = ("", "ko", "en")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row, and what it asks."""

    number: int
    question: str
    text: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would come in. A question comes in only if all its rows are good."""

    asked: tuple[Asked, ...]
    problems: tuple[Problem, ...]
    rows: int

    @property
    def passages(self) -> int:
        return sum(len(one.judged) for one in self.asked)

    @property
    def unanswerable(self) -> int:
        return sum(not one.is_answerable for one in self.asked)


class _Wrong(Exception):
    """The row cannot be taken; the message says why and what to do."""


def dry_run(rows: Sequence[Row], reader: "type_Reader") -> DryRun:
    """Look up every row in the documents that this person may see; nothing is changed."""
    names = Names(reader)
    problems: list[Problem] = []
    found: dict[str, Asked] = {}
    spoilt: set[str] = set()
    for row, named in _by_document(rows, names):
        key = " ".join(row.question.split())
        try:
            asked = _asked(row, named)
            found[key] = _joined(found.get(key), asked)
        except _Wrong as wrong:
            problems.append(Problem(row.number, key[:120], str(wrong)))
            spoilt.add(key)
    good = tuple(asked for key, asked in found.items() if key not in spoilt)
    return DryRun(good, tuple(sorted(problems, key=lambda problem: problem.number)), len(rows))


def take(name: str, run: DryRun, added_by: "type_Reader | None") -> list[Question]:
    return question_sets.add_all(name, run.asked, added_by) if run.asked else []


@dataclass(frozen=True, slots=True)
class _Source:
    """The document of a row, or why there is none."""

    document: Document | None
    reading: Reading | None
    problem: str = ""


def _by_document(rows: Sequence[Row], names: Names) -> Iterator[tuple[Row, _Source]]:
    """The rows of one document after the other, so that each is read once and only one is held; then in file order."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.document].append(row)
    for wanted, group in groups.items():
        source = _source(wanted, names, is_read=any(row.page or row.quote for row in group))
        yield from ((row, source) for row in group)


def _source(wanted: str, names: Names, *, is_read: bool) -> _Source:
    if not wanted:
        return _Source(None, None)
    named: Named = names.find(wanted)
    if named.document is None:
        return _Source(None, None, named.problem)
    return _Source(named.document, reading_of(named.document.pk) if is_read else None)


def _asked(row: Row, source: _Source) -> Asked:
    _check(row)
    answerable = bool(row.document) if not row.answerable else row.answerable.lower() not in _NO
    if row.document and not answerable:
        raise _Wrong(_("It names a document and says that there is no answer. Leave one of the two out."))
    if source.problem:
        raise _Wrong(source.problem)
    return Asked(
        text=row.question,
        origin=Question.Origin.IMPORT,
        judged=[_judged(row, source.document, source.reading)] if source.document else [],
        is_answerable=answerable,
        language=row.language.lower(),
        split=_SPLITS[row.split.lower()],
        pair=row.pair,
    )


def _check(row: Row) -> None:
    if not row.question.strip():
        raise _Wrong(_("The question is empty."))
    if max(len(row.question), len(row.quote)) > MOST_CHARACTERS:
        raise _Wrong(_("The question or the quote is longer than %(most)s characters.") % {"most": MOST_CHARACTERS})
    if row.language.lower() not in _LANGUAGES:
        raise _Wrong(_("The language “%(value)s” is not ko or en.") % {"value": row.language[:40]})
    if row.split.lower() not in _SPLITS:
        raise _Wrong(_("The split “%(value)s” is not tuning or held_out.") % {"value": row.split[:40]})
    if row.relevance.lower() not in _RELEVANCE:
        raise _Wrong(
            _("The relevance “%(value)s” is not 2 (answers it), 1 (a part) or 0.") % {"value": row.relevance[:40]}
        )
    if row.page and not (row.page.isdecimal() and len(row.page) < 7):
        raise _Wrong(_("The page “%(value)s” is not a number.") % {"value": row.page[:40]})


def _judged(row: Row, document: Document, reading: Reading | None) -> Judged:
    relevance = _RELEVANCE[row.relevance.lower()]
    if reading is None or not (row.quote or row.page):
        return Judged(document.pk, 1, 0, 0, relevance, is_whole=True)
    place = _place(row, reading)
    return Judged(document.pk, place.page, place.start, place.end, relevance)


def _place(row: Row, reading: Reading) -> Place:
    number = int(row.page) if row.page else None
    if not row.quote:
        page = reading.page(number or 1)
        if page is None:
            raise _Wrong(_("The document has no text on page %(page)s.") % {"page": row.page})
        return page
    place = reading.find(row.quote, page=number)
    if place is not None:
        return place
    elsewhere = reading.find(row.quote) if number else None
    if elsewhere is not None:
        raise _Wrong(
            _("The quote is not on page %(page)s but on page %(other)s.") % {"page": row.page, "other": elsewhere.page}
        )
    raise _Wrong(_("The document does not say this. Copy the quote from its text, or leave it out."))


def _joined(known: Asked | None, asked: Asked) -> Asked:
    """Several rows of one question: what they say of it has to agree."""
    if known is None:
        return asked
    if known.is_answerable != asked.is_answerable:
        raise _Wrong(_("Another row of this question says something else about whether there is an answer."))
    return replace(known, judged=[*known.judged, *asked.judged], pair=known.pair or asked.pair)


def rows_of(questions: Iterable[Question], names: Mapping[int, str]) -> Iterator[Row]:
    """The rows of a file for these questions, whose judgements have been fetched; the reverse of `dry_run`."""
    for number, question in enumerate(questions, start=2):
        head = question.parallel_of or question
        pair = str(head.pk) if question.parallel_of or getattr(question, "has_parallels", False) else ""
        known: list[Judgement | None] = [*head.judgements.all()]
        for judgement in known or [None]:
            yield _row(number, question, judgement, names, pair)


def _row(number: int, question: Question, judgement: Judgement | None, names: Mapping[int, str], pair: str) -> Row:
    row = Row(
        number=number,
        question=question.text,
        language=question.language,
        split=question.split,
        answerable="yes" if question.is_answerable else "no",
        pair=pair,
    )
    if judgement is None:
        return row
    whole = judgement.is_whole
    return replace(
        row,
        document=names[judgement.document_id],
        page="" if whole else str(judgement.page),
        quote="" if whole else _quote(judgement),
        relevance=str(judgement.relevance),
    )


def _quote(judgement: Judgement) -> str:
    return text_between(judgement.document_id, judgement.start, judgement.end).strip()
