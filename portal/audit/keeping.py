"""Writes what the logger `audit` is told into a table that nobody can change, and forgets it after its time."""

import logging
from datetime import timedelta

from django.contrib.postgres.functions import TransactionNow
from django.db import connection, transaction

from portal.request_facts import address

# What the table's trigger wants to know before it lets rows go: it compares their age with this number of days.
_MAY_FORGET = "SELECT set_config('portal.forget_audit_days', %s, true)"


class AuditHandler(logging.Handler):
    """What cannot be written is told to standard error by the logging library, with its trace."""

    def emit(self, record: logging.LogRecord) -> None:
        from portal.models import AuditEvent

        actor = getattr(record, "actor", None)
        try:
            with transaction.atomic():
                AuditEvent.objects.create(
                    event=record.getMessage(),
                    person=actor.pk if actor else None,
                    name=str(actor)[:200] if actor else "",
                    address=address.get(),
                    details=getattr(record, "details", {}),
                )
        except Exception:  # noqa: BLE001 - as every handler of the logging library
            self.handleError(record)


def forget(days: int) -> int:
    """Delete what is older than so many days, 0 for nothing; return how many rows went.

    The database refuses less than 7 days.
    """
    from portal.models import AuditEvent

    if days <= 0:
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_MAY_FORGET, [str(days)])
        # By the clock that the trigger looks at.
        count, _tables = AuditEvent.objects.filter(at__lt=TransactionNow() - timedelta(days=days)).delete()
    return count
