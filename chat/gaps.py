"""Questions that the documents did not answer: noted, closed when they are answered since, shown to who edits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Now

from chat.extractive import Query
from chat.models import Answer, Gap
from chat.passages import Passage
from chat.sameness import wording
from chat.topics import Topic, topics
from documents.models import Collection

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# Collections of so many of the nearest passages hear of a question that was asked of everything.
NEAREST = 3
# More questions than these are looked at by collection.
SHOWN = 400


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question as it is shown: `gap` is its newest asking."""

    gap: Gap
    times: int
    collections: tuple[Collection, ...]
    # Where the person who looks may add what is missing.
    upload_to: Collection | None

    @property
    def asked_at(self) -> datetime:
        return self.gap.created_at


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    questions: tuple[Wanted, ...]

    @property
    def times(self) -> int:
        return sum(question.times for question in self.questions)


@dataclass(frozen=True, slots=True)
class Overview:
    groups: tuple[Group, ...]
    total: int
    # There are more, which are not shown.
    is_cut: bool


def may_see(user: "type_Reader") -> bool:
    return user.is_staff or Collection.objects.writable_by(user).exists()


def note(answer: Answer, query: Query, passages: Sequence[Passage]) -> None:
    """Note what became of a question when its answer is complete: a gap, or the end of earlier ones."""
    if answer.state != Answer.State.COMPLETE:
        return
    terms = sorted(wording(query.text).terms)
    if answer.grounded:
        _close_answered(answer, terms, query.language)
    elif not Gap.objects.open().filter(answer__message=answer.message_id).exists():
        Gap.objects.create(
            answer=answer,
            question=query.text,
            language=query.language,
            terms=terms,
            collections=answer.message.conversation.collections or _nearest(passages),
        )


@transaction.atomic
def close(gap: Gap, user: "type_Reader") -> None:
    """Close it and all times that the same was asked, as far as this person sees them."""
    same = Gap.objects.visible_to(user).like(gap).open()
    same.update(closed_at=Now(), closed_by=user.pk)


@transaction.atomic
def reopen(gap: Gap, user: "type_Reader") -> None:
    same = Gap.objects.visible_to(user).like(gap)
    same.update(closed_at=None, closed_by=None, answered_since=False)


def overview(user: "type_Reader", *, collection: Collection | None, is_open: bool) -> Overview:
    """What was asked of the collections that this person edits, by topic, the most asked first."""
    found = Gap.objects.visible_to(user).filter(closed_at__isnull=is_open).select_related("closed_by")
    if collection is not None:
        found = found.filter(collections__contains=[collection.pk])
    gaps = list(found[: SHOWN + 1])
    questions = _by_question(gaps[:SHOWN], _Shelves(user))
    return Overview(tuple(map(_group, topics(questions, _text, _weight))), len(questions), len(gaps) > SHOWN)


def _close_answered(answer: Answer, terms: list[str], language: str) -> None:
    """Asked again and answered, from documents whose editors know of the gap."""
    cited = list(answer.citations.exclude(collection=None).values_list("collection", flat=True))
    if terms and cited:
        same = Gap.objects.open().filter(terms=terms, language=language, collections__overlap=cited)
        same.update(closed_at=Now(), answered_since=True)


def _nearest(passages: Sequence[Passage]) -> list[int]:
    return list(dict.fromkeys(passage.collection_id for passage in passages[:NEAREST]))


class _Shelves:
    """The collections that a person may read and write, asked for once."""

    def __init__(self, user: "type_Reader") -> None:
        self.readable = Collection.objects.visible_to(user).in_bulk()
        self.writable = set(Collection.objects.writable_by(user).values_list("pk", flat=True))

    def of(self, gap: Gap) -> tuple[Collection, ...]:
        return tuple(self.readable[key] for key in gap.collections if key in self.readable)


def _by_question(gaps: Sequence[Gap], shelves: _Shelves) -> list[Wanted]:
    """Each question once, in its newest wording."""
    askings: dict[tuple[str, tuple[str, ...]], list[Gap]] = {}
    for gap in gaps:
        words = tuple(gap.terms) or (gap.question.casefold(),)
        askings.setdefault((gap.language, words), []).append(gap)
    return [_wanted(same, shelves) for same in askings.values()]


def _wanted(same: Sequence[Gap], shelves: _Shelves) -> Wanted:
    asked = tuple({one.pk: one for gap in same for one in shelves.of(gap)}.values())
    writable = next((one for one in asked if one.pk in shelves.writable), None)
    return Wanted(same[0], len(same), asked, writable)


def _text(wanted: Wanted) -> str:
    return wanted.gap.question


def _weight(wanted: Wanted) -> int:
    return wanted.times


def _group(topic: Topic[Wanted]) -> Group:
    return Group(topic.name, tuple(sorted(topic.members, key=lambda one: (-one.times, -one.asked_at.timestamp()))))
