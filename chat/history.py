"""All own conversations: searched in titles, questions and answers, page by page.

Answers are searched only where their reader may still read all that they were written from, so that a search tells
nothing about what was closed since.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import F, Func, JSONField, Q, QuerySet

from chat.conversations import listed
from chat.days import by_day
from chat.models import Answer, Conversation, Message
from documents.models import Collection
from search.highlight import Piece

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

ROWS = 30
LONGEST_SEARCH = 200
# Each word is a search of its own.
MOST_WORDS = 12
# Characters shown before and behind what was found.
AROUND = 60
# Citation marks and what Markdown puts around words.
_MARKS = re.compile(r"\s?\[\d+\]|\*\*|`|^#{1,6} |\|[-:|\s]+\||\|", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Row:
    conversation: Conversation
    title: tuple[Piece, ...]
    # A piece of a question or an answer that has words which the title lacks.
    found: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class History:
    typed: str
    groups: tuple[Group, ...]
    page: Page[int]
    # Those that programs began, instead of those that were begun here.
    is_of_programs: bool
    # How many there are of the programs', whatever is shown.
    program_count: int

    @property
    def is_empty(self) -> bool:
        return not self.groups


def page(user: "AbstractUser", typed: str, number: str, today: date, *, of_programs: bool = False) -> History:
    typed = typed.replace("\0", "").strip()[:LONGEST_SEARCH]
    words = typed.split()[:MOST_WORDS]
    here, elsewhere = _by_origin(user)
    found = listed(_having(elsewhere if of_programs else here, words, user))
    # Searched once, for the count and for the page.
    part = Paginator(list(found.values_list("pk", flat=True)), ROWS).get_page(number)
    rows = Conversation.objects.in_bulk(list(part))
    texts = _texts(list(part), words, user)
    groups = [
        Group(day.label, tuple(_row(conversation, words, texts) for conversation in day.conversations))
        for day in by_day((rows[key] for key in part if key in rows), today)
    ]
    return History(typed, tuple(groups), part, of_programs, elsewhere.count())


def _by_origin(user: "AbstractUser") -> tuple[QuerySet[Conversation], QuerySet[Conversation]]:
    """Those that were begun on the pages, and those of programs, which may be very many."""
    own = Conversation.objects.visible_to(user)
    return own.filter(origin=Conversation.Origin.PAGE), own.exclude(origin=Conversation.Origin.PAGE)


def _having(
    conversations: QuerySet[Conversation], words: Sequence[str], user: "AbstractUser"
) -> QuerySet[Conversation]:
    """Those that have every word somewhere."""
    own = Message.objects.filter(conversation__user=user.pk)
    for word in words:
        asked = own.filter(text__icontains=word).values("conversation")
        answered = _open_answers(user).filter(text__icontains=word).values("message__conversation")
        conversations = conversations.filter(Q(title__icontains=word) | Q(pk__in=asked) | Q(pk__in=answered))
    return conversations


def _open_answers(user: "AbstractUser") -> QuerySet[Answer]:
    shelves = list(Collection.objects.visible_to(user).values_list("pk", flat=True))
    rests_on = Func(
        F("passages"), template="jsonb_path_query_array(%(expressions)s, '$[*].collection')", output_field=JSONField()
    )
    own = Answer.objects.filter(message__conversation__user=user.pk)
    return own.alias(rests_on=rests_on).filter(rests_on__contained_by=shelves)


def _texts(keys: Sequence[int], words: Sequence[str], user: "AbstractUser") -> dict[int, list[str]]:
    """Questions and answers that have one of the words: the questions first, the earlier before the later."""
    if not words:
        return {}
    some = Q()
    for word in words:
        some |= Q(text__icontains=word)
    asked = Message.objects.filter(some, conversation__in=keys).order_by("pk").values_list("conversation", "text")
    answered = _open_answers(user).filter(some, message__conversation__in=keys).order_by("pk")
    found: dict[int, list[str]] = {}
    for key, text in [*asked, *answered.values_list("message__conversation", "text")]:
        found.setdefault(key, []).append(text)
    return found


def _row(conversation: Conversation, words: Sequence[str], texts: dict[int, list[str]]) -> Row:
    """Beside the title the text that has most of the words that the title lacks."""
    missing = [word for word in words if word.casefold() not in conversation.title.casefold()]
    best = max(
        texts.get(conversation.pk, [""]), key=lambda text: sum(word.casefold() in text.casefold() for word in missing)
    )
    shown = _pieces(_around(_MARKS.sub(" ", best), missing), words) if missing else ()
    return Row(conversation, _pieces(conversation.title, words), shown)


def _around(text: str, words: Iterable[str]) -> str:
    first = re.search("|".join(map(re.escape, words)), text, re.IGNORECASE) if text else None
    if first is None:
        return ""
    start, end = max(first.start() - AROUND, 0), first.end() + AROUND
    cut = " ".join(text[start:end].split())
    return f"{'…' if start else ''}{cut}{'…' if end < len(text) else ''}"


def _pieces(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    if not words:
        return (Piece(text, is_marked=False),)
    split = re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.IGNORECASE)
    return tuple(Piece(piece, is_marked=index % 2 == 1) for index, piece in enumerate(split) if piece)
