"""The ASGI application: Django, and the door for assistants beside it, behind the limit on request bodies."""

import logging
import os
import sys

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")  # noqa: TID251 - entry point of the web server

django.setup(set_prefix=False)
# They become lines of the log like others.
logging.captureWarnings(True)

from portal import connection_pool, meters, warming  # noqa: E402 - these need the settings that are loaded above
from portal.assistants.door import Assistants  # noqa: E402
from portal.body_limit import BodyLimit  # noqa: E402
from portal.handler import Handler  # noqa: E402

settings.DATABASES["default"].update(connection_pool.pooled(settings.DATABASES["default"]))
connection_pool.drop_broken_together()
# A search in another thread gives the interpreter back to open streams and pages after this, not after 5 ms.
sys.setswitchinterval(0.001)
meters.watch_tables()
warming.start()

application = BodyLimit(Assistants(Handler()))
