"""A person's sessions: begun, seen, listed and ended."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.models import Session as Stored
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from documents import audit
from documents.audit import Event
from portal.accounts.devices import device_of

# Written so rarely, or every page would write into the database.
NOTED_EVERY_S = 300
SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Session:
    pk: int
    device: str
    address: str
    began: datetime
    seen: datetime
    is_this: bool


def begin(request: HttpRequest) -> None:
    """The session ends at its hour even if somebody is at work in it."""
    request.session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    request.session[SEEN] = int(time.time())


def note(request: HttpRequest) -> None:
    """Remember that somebody is at work in this session, and from where."""
    seen = request.session.get(SEEN)
    if seen is None or time.time() - seen < NOTED_EVERY_S or not request.user.is_authenticated:
        return
    request.session[SEEN] = int(time.time())
    UserSession.objects.create_from_request(request)


def of(person: AbstractUser, this: str | None) -> list[Session]:
    """Those that can still be used, the one with the key `this` first, then by when they were last seen."""
    found = [_session(row, this) for row in UserSession.objects.purge_and_list(person)]
    return sorted(found, key=lambda one: (not one.is_this, -one.seen.timestamp()))


def _session(row: UserSession, this: str | None) -> Session:
    device = device_of(row.user_agent)
    return Session(row.pk, device, row.ip, row.created_at, row.last_seen_at, row.session_key == this)


def end(person: AbstractUser, this: str | None, only: int | None = None) -> int:
    """End all sessions of the person but `this` one, or the `only` one named by its row; return how many ended."""
    rows = UserSession.objects.filter(user=person).exclude(session_key=this)
    if only is not None:
        rows = rows.filter(pk=only)
    ended = list(rows)
    for row in ended:
        row.end()
    if ended:
        audit.record(Event.SESSIONS_ENDED, person, count=len(ended))
    return len(ended)


def forget() -> None:
    """Remove sessions whose time is over, and what was noted of those that are there no more."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    stored = Stored.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(stored)).delete()
