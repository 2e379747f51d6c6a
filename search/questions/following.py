"""Judgements follow their documents: what was said of a passage holds for the same words in a newer version."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from django.db import transaction

from documents import pages, versions
from documents.models import Document
from search import question_sets
from search.models import Judgement, Question
from search.questions.passages import Reading, reading_of


def follow() -> int:
    """Move all judgements of replaced documents to the versions that replaced them; how many questions that changed.

    Where the newer version does not say the same any more, the judgement stays and somebody has to look.
    """
    rows = Judgement.objects.filter(document__state=Document.State.SUPERSEDED, is_outdated=False)
    found = rows.select_related("document", "question").order_by("document_id", "pk")
    changed: dict[int, set[int]] = {}
    for _document_id, judgements in groupby(found, attrgetter("document_id")):
        for question in _followed(list(judgements)):
            changed.setdefault(question.question_set_id, set()).add(question.pk)
    for question_set_id, questions in changed.items():
        question_sets.tell_followed(question_set_id, len(questions))
    return sum(map(len, changed.values()))


@transaction.atomic
def _followed(judgements: list[Judgement]) -> Iterable[Question]:
    """All of one document."""
    current = versions.current_of(judgements[0].document)
    if current.is_superseded or not current.pages.exists():
        return []
    reading = reading_of(current.pk)
    for judgement in judgements:
        _move(judgement, current, reading)
    return [judgement.question for judgement in judgements]


def _move(judgement: Judgement, current: Document, reading: Reading) -> None:
    if judgement.is_whole:
        _put(judgement, document=current)
        return
    quote = pages.text_between(judgement.document_id, judgement.start, judgement.end)
    place = reading.find(quote, near=judgement.start)
    if place is None:
        _put(judgement, is_outdated=True)
    else:
        _put(judgement, document=current, start=place.start, end=place.end, page=place.page)


def _put(judgement: Judgement, **values: object) -> None:
    """The new version may have been judged already, and that holds."""
    for name, value in values.items():
        setattr(judgement, name, value)
    same = Judgement.objects.filter(
        question=judgement.question_id, document=judgement.document_id, start=judgement.start, end=judgement.end
    )
    if same.exclude(pk=judgement.pk).exists():
        judgement.delete()
    else:
        judgement.save(update_fields=list(values))
