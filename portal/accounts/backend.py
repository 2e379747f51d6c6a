"""Checks a password for a user name or a verified e-mail address, once, so that its time tells nothing."""

from collections.abc import Mapping
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import get_user_by_username
from allauth.account.models import EmailAddress
from django.http import HttpRequest

from portal.models import User

LONGEST_NAME = 150


class NameOrAddress(AuthenticationBackend):
    """allauth's own tries name and address one after the other, so that known people would take twice as long."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        password = credentials.get("password") or ""
        name = credentials.get("username") or credentials.get("email") or ""
        if not password or not name:
            return None
        person = called(name)
        if person is None:
            User().set_password(password)
            return None
        return self._check_password(person, password)


def typed(credentials: Mapping[str, Any]) -> str:
    """Under which name somebody tried to sign in, for the audit: no more of it than a name can have."""
    return str(credentials.get("username") or credentials.get("email") or "")[:LONGEST_NAME]


def called(name: str) -> User | None:
    """Who signs in under this name. An address counts only when it is verified; a user name comes first."""
    person: User | None = get_user_by_username(name)
    if person is not None:
        return person
    address = EmailAddress.objects.filter(email=name.lower(), verified=True).select_related("user").first()
    return address.user if address else None
