"""The Celery application; tasks live in the apps and are found by name."""

import logging
import os
import sys

from celery import Celery
from celery.signals import celeryd_init, worker_init, worker_ready
from django.conf import settings
from django.utils.log import configure_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")  # noqa: TID251 - entry point of the worker

# Between two operations of the model a thread asks for the interpreter. With the usual 5 ms, one thread that analyses
# text holds up the two that embed: 5.0 instead of 6.1 texts/s, measured beside 7.3 to 8.7 without such a thread.
SWITCH_INTERVAL_S = 0.0005

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
def log_warnings(**_signal: object) -> None:
    """Before the first ones, so that they are lines of the log like others."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    logging.captureWarnings(True)


@worker_ready.connect
def reconcile_at_start(**_signal: object) -> None:
    """A worker that comes back takes over at once what its predecessor left."""
    app.send_task("documents.tasks.reconcile_jobs", kwargs={"is_restart": True})


@worker_init.connect
def take_short_turns(**_signal: object) -> None:
    sys.setswitchinterval(SWITCH_INTERVAL_S)
