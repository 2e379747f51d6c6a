"""Drafts of questions: made from documents that somebody may see, and told apart from all that were there before."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING

from documents import pages
from documents.models import Collection, Document, Page
from search import question_sets
from search.models import Question, QuestionSet
from search.question_sets import Asked, Judged
from search.questions.drafting import DraftedQuestion, HeadingAt, from_headings, from_sentences, within

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# Documents that one request looks at, and what it reads of each.
DOCUMENTS = 60
PAGES = 40
# Drafts of one document, so that no document is asked about alone.
OF_ONE_DOCUMENT = 10


@dataclass(frozen=True, slots=True)
class _Found:
    document: Document
    page: int
    drafted: DraftedQuestion
    is_of_heading: bool


def propose(collection: Collection, name: str, count: int, reader: "type_Reader") -> int:
    """Add up to so many drafts from the collection to the set; returns how many there were to be had.

    Documents come in turn, and in another order each time.
    """
    found = _distinct(chain.from_iterable(zip_longest(*_by_document(collection, reader))))
    known = known_texts(name)
    fresh = (one for one in found if one.drafted.text not in known)
    asked = [_asked(one) for one in islice(fresh, count)]
    if asked:
        question_sets.add_all(name, asked, reader)
    return len(asked)


def known_texts(name: str) -> set[str]:
    """All wordings of a set, drafts and what was rejected among them."""
    home = QuestionSet.objects.filter(name=name).first()
    return set(home.questions.values_list("text", flat=True)) if home else set()


def _by_document(collection: Collection, reader: "type_Reader") -> list[list[_Found]]:
    documents = Document.objects.visible_to(reader).filter(collection=collection, state=Document.State.READY)
    keys = list(documents.values_list("pk", flat=True))
    random.shuffle(keys)
    rows = documents.defer("sketch").in_bulk(keys[:DOCUMENTS])
    return [_of(document) for document in rows.values()]


def _of(document: Document) -> list[_Found]:
    """Questions on headings and on sentences in turn, a few from all over the document."""
    read = list(Page.objects.filter(document=document).order_by("number")[:PAGES])
    numbers = [(page.offset, page.number) for page in read]
    on_headings = list(from_headings(_headings(read), document.title))
    on_sentences = [one for page in read for one in from_sentences(pages.body_of(page), page.offset)]
    for drafted in (on_headings, on_sentences):
        random.shuffle(drafted)
    pairs = zip_longest(
        (_Found(document, _page(numbers, one.start), one, is_of_heading=True) for one in on_headings),
        (_Found(document, _page(numbers, one.start), one, is_of_heading=False) for one in on_sentences),
    )
    return list(islice((one for one in chain.from_iterable(pairs) if one), OF_ONE_DOCUMENT))


def _headings(read: Sequence[Page]) -> list[HeadingAt]:
    """All headings with the ends of their sections: the next heading that is not below them."""
    rows = [(page.offset + one["start"], one["level"], one["text"]) for page in read for one in page.headings]
    end = read[-1].end if read else 0
    return [
        HeadingAt(text, start, next((other for other, rank, _text in rows[at + 1 :] if rank <= level), end))
        for at, (start, level, text) in enumerate(rows)
    ]


def _page(numbers: Sequence[tuple[int, int]], offset: int) -> int:
    return next((number for start, number in reversed(numbers) if start <= offset), 1)


def _distinct(found: Iterator[_Found | None]) -> Iterator[_Found]:
    """What two documents make the same question of is asked of one by its title, if it is a heading, or not at all."""
    rows = [one for one in found if one]
    often = Counter(one.drafted.text for one in rows)
    seen: set[str] = set()
    for one in rows:
        if often[one.drafted.text] > 1:
            if not one.is_of_heading:
                continue
            one = replace(one, drafted=replace(one.drafted, text=within(one.document.title, one.drafted.text)))
        if one.drafted.text not in seen:
            seen.add(one.drafted.text)
            yield one


def _asked(one: _Found) -> Asked:
    judged = Judged(one.document.pk, one.page, one.drafted.start, one.drafted.end, 2)
    return Asked(one.drafted.text, Question.Origin.RULES, [judged], state=Question.State.DRAFT)
