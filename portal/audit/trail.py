"""The trail of what people did: narrowed by event, person, words and days, as a list and as a file."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from chat.database import in_export
from documents.audit import Event
from documents.spreadsheets import BOM, line
from portal.models import AuditEvent

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Events that are read at once.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """What of the trail somebody wants to see; `event` is the name of one, or its beginning up to the point."""

    event: str = ""
    words: str = ""
    first_day: date | None = None
    last_day: date | None = None


def events(wish: Wish) -> "QuerySet[AuditEvent]":
    """The newest first. Words are looked for in the person's name, the address and the details."""
    found = AuditEvent.objects.all()
    if wish.event:
        found = found.filter(event__startswith=wish.event)
    if wish.first_day:
        found = found.filter(at__gte=_midnight(wish.first_day))
    if wish.last_day:
        found = found.filter(at__lt=_midnight(wish.last_day + timedelta(days=1)))
    for word in wish.words.split():
        found = found.annotate(told=Cast("details", TextField())).filter(
            Q(name__icontains=word) | Q(address__icontains=word) | Q(told__icontains=word)
        )
    return found


def choices() -> list[tuple[str, str]]:
    """All events, in groups by what they concern: a group's value ends with the point."""
    found: list[tuple[str, str]] = [("", _("Everything"))]
    for event in Event:
        area = f"{event.value.partition('.')[0]}."
        if all(value != area for value, _label in found):
            found.append((area, AREAS[area]()))
        found.append((event.value, f"– {event.label}"))
    return found


AREAS = {
    "person.": lambda: _("People"),
    "group.": lambda: _("Groups"),
    "collection.": lambda: _("Collections"),
    "document.": lambda: _("Documents"),
    "export.": lambda: _("Exports"),
    "token.": lambda: _("Access tokens"),
    "release.": lambda: _("Releases"),
    "generation.": lambda: _("Generations"),
    "model.": lambda: _("Embedding models"),
    "portal.": lambda: _("Portal"),
}


def label(event: str) -> str:
    """The event in words; one of an earlier version of the portal as it is."""
    return str(Event(event).label) if event in Event.values else event


def told(details: dict[str, object]) -> str:
    """Names of details in the reader's language, and what they are."""
    return " · ".join(
        f"{_detail(name)}: {_ways(value) if name == 'how' else _shown(value)}"
        for name, value in details.items()
        if value not in ("", None, [])
    )


def _detail(name: str) -> str:
    return str(DETAILS.get(name, name))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _ways(told: object) -> str:
    return ", ".join(str(WAYS.get(str(way), way)) for way in (told if isinstance(told, list) else [told]))


# How somebody came in.
WAYS = {
    "password": gettext_lazy("password"),
    "mfa": gettext_lazy("second factor"),
    "socialaccount": gettext_lazy("single sign-on"),
}


# As `documents.audit.record` is told them.
DETAILS = {
    "added": gettext_lazy("added"),
    "answer": gettext_lazy("answer"),
    "before": gettext_lazy("generation before"),
    "collection": gettext_lazy("collection"),
    "conversation": gettext_lazy("conversation"),
    "count": gettext_lazy("how many"),
    "days": gettext_lazy("days"),
    "document": gettext_lazy("document"),
    "documents": gettext_lazy("documents"),
    "editor_groups": gettext_lazy("groups that edit"),
    "editors": gettext_lazy("editors"),
    "end": gettext_lazy("to"),
    "fields": gettext_lazy("what was changed"),
    "first": gettext_lazy("the first ones"),
    "generation": gettext_lazy("generation"),
    "group": gettext_lazy("group"),
    "groups": gettext_lazy("groups"),
    "how": gettext_lazy("by"),
    "is_active": gettext_lazy("may sign in"),
    "is_staff": gettext_lazy("administrator"),
    "model": gettext_lazy("model"),
    "name": gettext_lazy("name"),
    "person": gettext_lazy("person"),
    "reader_groups": gettext_lazy("groups that read"),
    "readers": gettext_lazy("readers"),
    "reason": gettext_lazy("reason"),
    "removed": gettext_lazy("removed"),
    "replaces": gettext_lazy("in place of"),
    "run": gettext_lazy("measurement"),
    "scopes": gettext_lazy("scopes"),
    "start": gettext_lazy("from"),
    "through": gettext_lazy("through"),
    "title": gettext_lazy("title"),
    "token": gettext_lazy("access token"),
    "what": gettext_lazy("what"),
}


async def as_csv(wish: Wish, language: str) -> AsyncGenerator[bytes]:
    """The file for a spreadsheet in pieces. No connection is held while a piece is on its way."""
    with override(language):
        head = line([_("Time"), _("Event"), _("Person"), _("Address"), _("Details")])
    yield (BOM + head).encode()
    piece, last = await in_export(_piece)(wish, None, language)
    while last is not None:
        yield piece.encode()
        piece, last = await in_export(_piece)(wish, last, language)


def _piece(wish: Wish, after: AuditEvent | None, language: str) -> tuple[str, AuditEvent | None]:
    """Lines of the events that follow this one, and the last of them."""
    found = events(wish)
    if after is not None:
        # The bound alone lets the index begin where the last piece ended.
        found = found.filter(Q(at__lt=after.at) | Q(at=after.at, pk__lt=after.pk), at__lte=after.at)
    rows = list(found[:BATCH])
    with override(language):
        return "".join(map(_line, rows)), rows[-1] if rows else None


def _line(row: AuditEvent) -> str:
    at = timezone.localtime(row.at)
    return line([f"{at:%Y-%m-%d %H:%M:%S}", label(row.event), row.name, row.address or "", told(row.details)])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
