"""Who has a second factor, and who has to have one."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest

from documents import audit
from documents.audit import Event


def is_set_up(person: AbstractUser) -> bool:
    return is_mfa_enabled(person, [Authenticator.Type.TOTP])


def remove(person: AbstractUser, actor: AbstractUser | None) -> bool:
    """Take it and the recovery codes from somebody who has lost them; return whether there was one."""
    gone, _rows = Authenticator.objects.filter(user=person).delete()
    if gone:
        audit.record(Event.SECOND_FACTOR_REMOVED, actor, person=person.pk, name=str(person))
    return bool(gone)


def is_required_of(person: AbstractUser) -> bool:
    wanted: str = settings.REQUIRE_SECOND_FACTOR
    return wanted == "everybody" or (wanted == "staff" and person.is_staff)


def is_owed_by(person: AbstractUser) -> bool:
    """Where there is no session to tell how they came: whoever has no password comes through single sign-on."""
    return is_required_of(person) and person.has_usable_password() and not is_set_up(person)


def is_missing(request: HttpRequest) -> bool:
    """Whoever came through single sign-on is asked for it there, or not at all."""
    person = request.user
    if not isinstance(person, AbstractUser) or not is_required_of(person) or is_set_up(person):
        return False
    return not came_by_single_sign_on(request)


def came_by_single_sign_on(request: HttpRequest) -> bool:
    return "socialaccount" in ways_of(request, request.user)


def ways_of(request: HttpRequest, person: object) -> list[str]:
    """What somebody showed in this session, in order: "password", "mfa", "socialaccount"."""
    return [str(record["method"]) for record in get_authentication_records(request, person)]
