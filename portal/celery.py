"""The Celery application; tasks live in the apps and are found by name."""

import os

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")  # noqa: TID251 - entry point of the worker

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def reconcile_at_start(**_signal: object) -> None:
    """A worker that comes back takes over at once what its predecessor left."""
    app.send_task("documents.tasks.reconcile_jobs", kwargs={"is_restart": True})
