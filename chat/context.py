"""The conversation list in the navigation of every page."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils import timezone

from chat.conversations import LISTED, listed
from chat.days import Day, by_day
from chat.models import Conversation


def conversation_days(request: HttpRequest) -> dict[str, Callable[[], list[Day]]]:
    """Asked for only where a page has the navigation."""

    def days() -> list[Day]:
        user = getattr(request, "user", None)
        if user is None:
            return []
        begun_here = Conversation.objects.visible_to(user).filter(origin=Conversation.Origin.PAGE)
        return by_day(listed(begun_here)[:LISTED], timezone.localdate())

    return {"conversation_days": days}
