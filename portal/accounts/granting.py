"""Writes what the company's directory grants. The last administrator stays one, whatever it says."""

import logging

from django.contrib.auth.models import Group
from django.db import transaction

from portal.accounts.claims import Grant
from portal.models import User

logger = logging.getLogger(__name__)


@transaction.atomic
def give(person: User, grant: Grant) -> bool:
    """Return whether anything changed."""
    before = set(person.groups.values_list("name", flat=True))
    joins, leaves = grant.joins - before, grant.leaves & before
    person.groups.add(*[Group.objects.get_or_create(name=name)[0] for name in sorted(joins)])
    person.groups.remove(*Group.objects.filter(name__in=leaves))
    return _make_staff(person, grant.is_staff) or bool(joins or leaves)


def _make_staff(person: User, wanted: bool | None) -> bool:
    if wanted is None or wanted == person.is_staff:
        return False
    administrators = User.objects.select_for_update().filter(is_staff=True, is_active=True).order_by("pk")
    if not wanted and set(administrators.values_list("pk", flat=True)) == {person.pk}:
        logger.warning("person %d stays an administrator against the directory: there is no other", person.pk)
        return False
    person.is_staff = wanted
    person.save(update_fields=["is_staff"])
    return True
