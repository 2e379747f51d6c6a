"""Conversations grouped for a list: pinned ones, those of the last days, then month by month; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from chat.models import Conversation


@dataclass(frozen=True, slots=True)
class Day:
    label: str
    conversations: tuple[Conversation, ...]


def by_day(conversations: Iterable[Conversation], today: date) -> list[Day]:
    """Group conversations that come pinned ones first, then the newest first."""
    groups = groupby(conversations, lambda conversation: _label(conversation, today))
    return [Day(label, tuple(group)) for label, group in groups]


def _label(conversation: Conversation, today: date) -> str:
    if conversation.pinned_at:
        return _("Pinned")
    day = timezone.localdate(conversation.asked_at)
    if day >= today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    # Weeks begin on Monday.
    if day >= today - timedelta(days=today.weekday()):
        return _("This week")
    return date_format(day, "YEAR_MONTH_FORMAT")
