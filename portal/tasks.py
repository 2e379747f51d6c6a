"""Addresses for the workers."""

from celery import shared_task
from django.conf import settings


@shared_task(ignore_result=True)
def forget_audit_events(**_later: object) -> None:
    from portal.audit import keeping

    keeping.forget(settings.AUDIT_DAYS)


@shared_task(ignore_result=True)
def forget_sessions(**_later: object) -> None:
    from portal.accounts import sessions

    sessions.forget()
