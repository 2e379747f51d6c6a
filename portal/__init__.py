"""Wiring and shell of the Knowledge Portal: settings, addresses, people, embedded services."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
