"""The rule that an administrator always remains.

Nobody takes their own rights away (the form refuses it), and of two who take them from each other at the same
time the second is refused here; so there is always somebody left who can give them back.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.http import Http404

from portal.models import User


@contextmanager
def acting_administrator(person: AbstractUser) -> Iterator[None]:
    """Change somebody's rights within; nothing is there for those who were administrators until just now."""
    with transaction.atomic():
        administrators = User.objects.select_for_update().filter(is_staff=True, is_active=True)
        if person.pk not in set(administrators.order_by("pk").values_list("pk", flat=True)):
            raise Http404
        yield
