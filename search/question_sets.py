"""Questions that searching is measured with: added with what answers them, changed, taken out again.

Every change counts as a version of the set and is told in its history. Drafts count for nothing until somebody
accepts them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from documents.language import language_of
from search.models import Judgement, Question, QuestionChange, QuestionSet
from search.questions.measured import Judged, MeasuredQuestion, measurable

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

__all__ = ["Asked", "Judged", "MeasuredQuestion", "accept", "add", "add_all", "edit", "measurable", "reject", "remove"]

Kind = QuestionChange.Kind
# Rows that are written in one statement.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is added; one without judgements has no answer in the documents.

    Empty `language` and `split` are found in the text. `pair` names questions that ask the same in other languages.
    """

    text: str
    origin: str
    judged: Sequence[Judged] = ()
    is_answerable: bool = True
    language: str = ""
    split: str = ""
    state: str = Question.State.READY
    pair: str = ""


def add(name: str, asked: Asked, added_by: "type_Reader | None") -> Question:
    """Add a question to the set of this name, which is made if need be; the same wording is replaced."""
    return add_all(name, [asked], added_by)[0]


@transaction.atomic
def add_all(name: str, asked: Sequence[Asked], added_by: "type_Reader | None") -> list[Question]:
    """Add all of them in one change. Those of one pair share what answers any of them."""
    home, _made = QuestionSet.objects.get_or_create(name=name)
    rows = list({_plain(one.text): one for one in asked}.items())
    questions = _stored(home, rows, added_by)
    ready = [question for question in questions if question.state == Question.State.READY]
    if ready:
        _tell(home.pk, Kind.ADDED, ready, added_by)
    heads = _pair(questions, [one for _text, one in rows])
    Judgement.objects.bulk_create(_rows(zip(heads, [one.judged for _text, one in rows], strict=True)), batch_size=BATCH)
    return questions


@transaction.atomic
def edit(question: Question, asked: Asked, edited_by: "type_Reader") -> Question:
    """Give the question these words and judgements, which makes a draft of it an accepted one.

    Raises SameWording if another question of the set reads like that. Parallel questions get the judgements too.
    """
    text = _plain(asked.text)
    if question.question_set.questions.filter(text=text).exclude(pk=question.pk).exists():
        raise SameWording
    if text != question.text:
        question.text, question.language, question.split = text, language_of(text), split_of(text)
    was_ready = question.state == Question.State.READY
    question.is_answerable, question.state = asked.is_answerable, Question.State.READY
    question.save()
    _tell(question.question_set_id, Kind.EDITED if was_ready else Kind.ADDED, [question], edited_by)
    head = question.parallel_of or question
    Question.objects.filter(Q(pk=head.pk) | Q(parallel_of=head)).update(is_answerable=asked.is_answerable)
    head.judgements.all().delete()
    Judgement.objects.bulk_create(_rows([(head, asked.judged)]))
    return question


class SameWording(Exception):
    """The set has a question of this wording already."""


@transaction.atomic
def accept(draft: Question, accepted_by: "type_Reader") -> None:
    """Measure with it from now on."""
    changed = Question.objects.filter(pk=draft.pk, state=Question.State.DRAFT).update(state=Question.State.READY)
    if changed:
        _tell(draft.question_set_id, Kind.ADDED, [draft], accepted_by)


@transaction.atomic
def reject(draft: Question) -> None:
    """Keep the wording alone, so that it is not proposed again."""
    if Question.objects.filter(pk=draft.pk, state=Question.State.DRAFT).update(state=Question.State.REJECTED):
        _hand_on(draft)
        draft.judgements.all().delete()


@transaction.atomic
def remove(question: Question, removed_by: "type_Reader | None" = None) -> None:
    """Take it out; what answers it goes on to a question that asks the same in another language."""
    _tell(question.question_set_id, Kind.REMOVED, [question], removed_by)
    _hand_on(question)
    question.delete()


@transaction.atomic
def make_parallel(question: Question, to: Question, by: "type_Reader") -> None:
    """Let the question share what answers another one of its set, which asks the same."""
    head = to.parallel_of or to
    if head.pk == question.pk or head.question_set_id != question.question_set_id:
        return
    _tell(question.question_set_id, Kind.EDITED, [question], by)
    question.judgements.all().delete()
    question.parallels.update(parallel_of=head)
    Question.objects.filter(pk=question.pk).update(parallel_of=head, is_answerable=head.is_answerable)


def _hand_on(question: Question) -> None:
    """Make one of its parallels the head of the others."""
    heir = question.parallels.order_by("pk").first()
    if heir is not None:
        question.judgements.update(question=heir)
        question.parallels.exclude(pk=heir.pk).update(parallel_of=heir)
        Question.objects.filter(pk=heir.pk).update(parallel_of=None)


def tell_followed(question_set_id: int, count: int) -> None:
    """Judgements of so many questions were moved to newer versions of their documents."""
    version = _next_version(question_set_id)
    QuestionChange.objects.create(question_set_id=question_set_id, version=version, kind=Kind.FOLLOWED, count=count)


def split_of(text: str) -> str:
    """Half of all questions is held out, whoever adds them and to which set."""
    digest = hashlib.sha256(" ".join(text.lower().split()).encode()).digest()
    return Question.Split.HELD_OUT if digest[0] % 2 else Question.Split.TUNING


def _plain(text: str) -> str:
    return " ".join(text.split())


def _stored(home: QuestionSet, rows: Sequence[tuple[str, Asked]], added_by: "type_Reader | None") -> list[Question]:
    """The rows of these questions; a wording that is there already keeps its row and forgets what answered it."""
    wordings = {text for text, _one in rows}
    known = {question.text: question for question in home.questions.all() if question.text in wordings}
    questions = [known.get(text) or Question(question_set=home, text=text) for text, _one in rows]
    for question, (_text, one) in zip(questions, rows, strict=True):
        _fill(question, one, added_by)
    Judgement.objects.filter(question__in=list(known.values())).delete()
    Question.objects.bulk_update(known.values(), _FILLED, batch_size=BATCH)
    Question.objects.bulk_create([question for question in questions if not question.pk], batch_size=BATCH)
    return questions


_FILLED = ("language", "split", "origin", "state", "is_answerable", "added_by", "parallel_of")


def _fill(question: Question, asked: Asked, added_by: "type_Reader | None") -> None:
    question.language = asked.language or language_of(question.text)
    question.split = asked.split or split_of(question.text)
    question.origin, question.state = asked.origin, asked.state
    question.is_answerable = asked.is_answerable
    question.added_by_id = added_by.pk if added_by else None
    question.parallel_of = None


def _pair(questions: Sequence[Question], asked: Sequence[Asked]) -> list[Question]:
    """The question that holds the judgements of each: the first of its pair."""
    first: dict[str, Question] = {}
    for question, one in zip(questions, asked, strict=True):
        head = first.setdefault(one.pair, question) if one.pair else question
        question.parallel_of = head if head is not question else None
    Question.objects.bulk_update(
        [question for question in questions if question.parallel_of], ["parallel_of"], batch_size=BATCH
    )
    return [question.parallel_of or question for question in questions]


def _tell(question_set_id: int, kind: str, questions: Sequence[Question], changed_by: "type_Reader | None") -> None:
    QuestionChange.objects.create(
        question_set_id=question_set_id,
        version=_next_version(question_set_id),
        kind=kind,
        count=len(questions),
        text=questions[0].text if len(questions) == 1 else "",
        changed_by_id=changed_by.pk if changed_by else None,
    )


def _next_version(pk: int) -> int:
    """Locks the set, so that its changes come one after the other."""
    QuestionSet.objects.filter(pk=pk).update(version=F("version") + 1, changed_at=Now())
    return QuestionSet.objects.values_list("version", flat=True).get(pk=pk)


def _rows(judged: Iterable[tuple[Question, Sequence[Judged]]]) -> list[Judgement]:
    """The last word on a passage counts."""
    found = {
        (head.pk, one.document_id, one.start, one.end): Judgement(
            question=head,
            document_id=one.document_id,
            page=one.page,
            start=one.start,
            end=one.end,
            relevance=one.relevance,
            is_whole=one.is_whole,
        )
        for head, passages in judged
        for one in passages
    }
    return list(found.values())
