"""Questions that searching is measured with: added with what answers them, taken out again, and listed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, F, Prefetch, QuerySet
from django.db.models.functions import Now

from documents.language import language_of
from documents.models import Document
from search.models import Judgement, Question, QuestionSet

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


@dataclass(frozen=True, slots=True)
class Judged:
    """A passage, and what it is worth for the question."""

    document_id: int
    page: int
    start: int
    end: int
    relevance: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is added; one without judgements has no answer in the documents."""

    text: str
    origin: str
    judged: Sequence[Judged] = ()
    is_answerable: bool = True


def add(name: str, asked: Asked, added_by: "type_Reader") -> Question:
    """Add a question to the set of this name, which is made if need be; the same wording is replaced."""
    text = " ".join(asked.text.split())
    values = {
        "language": language_of(text),
        "split": split_of(text),
        "origin": asked.origin,
        "is_answerable": asked.is_answerable,
        "added_by_id": added_by.pk,
    }
    with transaction.atomic():
        home, _made = QuestionSet.objects.get_or_create(name=name)
        _count_change(home.pk)
        question, _made = Question.objects.update_or_create(question_set=home, text=text, defaults=values)
        question.judgements.all().delete()
        rows = {(one.document_id, one.start, one.end): one for one in asked.judged}
        Judgement.objects.bulk_create(_row(question, one) for one in rows.values())
    return question


def remove(question: Question) -> None:
    with transaction.atomic():
        _count_change(question.question_set_id)
        question.delete()


def split_of(text: str) -> str:
    """Half of all questions is held out, whoever adds them and to which set."""
    digest = hashlib.sha256(" ".join(text.lower().split()).encode()).digest()
    return Question.Split.HELD_OUT if digest[0] % 2 else Question.Split.TUNING


def sets() -> QuerySet[QuestionSet]:
    return QuestionSet.objects.annotate(size=Count("questions"))


def questions(home: QuestionSet, reader: "type_Reader") -> QuerySet[Question]:
    """The questions of a set, the newest first, with those of their judgements that this reader may see."""
    readable = Judgement.objects.filter(document__in=Document.objects.visible_to(reader))
    judgements = Prefetch("judgements", readable.select_related("document"))
    return home.questions.select_related("added_by").prefetch_related(judgements)


def _count_change(pk: int) -> None:
    """Locks the set, so that its changes come one after the other."""
    QuestionSet.objects.filter(pk=pk).update(version=F("version") + 1, changed_at=Now())


def _row(question: Question, judged: Judged) -> Judgement:
    return Judgement(
        question=question,
        document_id=judged.document_id,
        page=judged.page,
        start=judged.start,
        end=judged.end,
        relevance=judged.relevance,
    )
