"""The ASGI application: Django behind the limit on request bodies."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")  # noqa: TID251 - entry point of the web server

django.setup(set_prefix=False)

from portal import warming  # noqa: E402 - these need the settings that the line above has loaded
from portal.body_limit import BodyLimit  # noqa: E402
from portal.handler import Handler  # noqa: E402

# A search in another thread gives the interpreter back to open streams and pages after this, not after 5 ms.
sys.setswitchinterval(0.001)
warming.start()

application = BodyLimit(Handler())
