"""Conversations as their owner sees and changes them: asked, asked on, listed by day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from chat.models import Answer, Conversation, Message

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

TITLE_LENGTH = 80
# What the navigation shows; older conversations are found on their own page.
LISTED = 60


@dataclass(frozen=True, slots=True)
class Day:
    label: str
    conversations: tuple[Conversation, ...]


def start(user: "AbstractUser", question: str, collections: Sequence[int] = ()) -> Conversation:
    """Begin a conversation with its first question, whose answer waits to be written."""
    with transaction.atomic():
        conversation = Conversation.objects.create(
            user_id=user.pk, title=title_of(question), collections=list(collections)
        )
        _ask(conversation, question)
    return conversation


def ask_on(conversation: Conversation, question: str) -> None:
    with transaction.atomic():
        Conversation.objects.filter(pk=conversation.pk).update(asked_at=timezone.now())
        _ask(conversation, question)


def ask_again(message: Message) -> None:
    """Have the question answered anew, unless an answer is being written; the older answers are kept."""
    with transaction.atomic():
        locked = Message.objects.select_for_update().get(pk=message.pk)
        if not locked.answers.filter(state=Answer.State.STREAMING).exists():
            Answer.objects.create(message=locked)


def title_of(question: str) -> str:
    return Truncator(" ".join(question.split())).chars(TITLE_LENGTH)


def by_day(conversations: Iterable[Conversation], today: date) -> list[Day]:
    """Group conversations, newest first, as today, yesterday and earlier."""
    groups = groupby(conversations, lambda conversation: _day(conversation, today))
    return [Day(label, tuple(group)) for label, group in groups]


def _ask(conversation: Conversation, question: str) -> None:
    message = Message.objects.create(conversation=conversation, text=question)
    Answer.objects.create(message=message)


def _day(conversation: Conversation, today: date) -> str:
    day = timezone.localdate(conversation.asked_at)
    if day >= today:
        return _("Today")
    return _("Yesterday") if day == today - timedelta(days=1) else _("Earlier")
