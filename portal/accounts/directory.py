"""A person as the company's directory describes them: who they are, and what they may."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from documents import audit
from documents.audit import Event
from portal.accounts import claims, granting
from portal.models import User


def remembered(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of the claims: only what groups follow from."""
    return {"groups": claims.values_of(told, settings.OIDC_GROUPS_CLAIM)}


def learn(person: User, kept: Mapping[str, Any]) -> None:
    """Give and take at this sign-in what the directory says now."""
    grant = claims.granted(kept.get("groups", []), settings.OIDC_GROUPS, settings.OIDC_STAFF_GROUP)
    if granting.give(person, grant):
        groups = sorted(person.groups.values_list("name", flat=True))
        audit.record(
            Event.PERSON_CHANGED, None, person=person.pk, name=str(person), is_staff=person.is_staff, groups=groups
        )


def full_name(told: Mapping[str, Any]) -> str:
    parts = (told.get("given_name"), told.get("family_name"))
    return str(told.get("name") or " ".join(str(part) for part in parts if part))[:150]
