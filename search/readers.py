"""The person in whose name the command line searches."""

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def reader_named(name: str) -> "AbstractUser":
    """Raises CommandError if nobody has this name, or the account is closed."""
    person = get_user_model().objects.filter(username=name, is_active=True).first()
    if person is None:
        raise CommandError(f"There is no active user named {name}.")
    return person
