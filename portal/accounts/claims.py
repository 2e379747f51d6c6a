"""What a company's own directory says about a person, and the groups and rights that follow from it.

Only groups that the settings name are given and taken; what administrators gave stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class Grant:
    """Names of groups that a person gets and loses; None for staff where the directory does not decide it."""

    joins: frozenset[str]
    leaves: frozenset[str]
    is_staff: bool | None


def groups_by_claim(text: str) -> dict[str, str]:
    """Read "value=group;value=group", where the last "=" divides: directories name groups "cn=hr,dc=example"."""
    found: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in text.split(";"))):
        value, divider, group = part.rpartition("=")
        if not divider or not value.strip() or not group.strip():
            raise ImproperlyConfigured(f"OIDC_GROUPS holds {part!r}; write it as claim value=portal group;…")
        found[value.strip()] = group.strip()
    return found


def values_of(claims: Mapping[str, object], name: str) -> list[str]:
    """The texts of a claim that is a list, or one text; `name` may lead into it with points (`realm_access.roles`)."""
    found: object = claims.get(name)
    if found is None and "." in name:
        found = claims
        for step in name.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return [found]
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def granted(values: Iterable[str], groups: Mapping[str, str], staff_value: str) -> Grant:
    told = set(values)
    joins = frozenset(group for value, group in groups.items() if value in told)
    return Grant(joins, frozenset(groups.values()) - joins, staff_value in told if staff_value else None)
