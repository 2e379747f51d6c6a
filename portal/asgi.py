"""The ASGI application: Django behind the limit on request bodies."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")  # noqa: TID251 - entry point of the web server

django_application = get_asgi_application()

from portal import warming  # noqa: E402 - these need the settings that the line above has loaded
from portal.body_limit import BodyLimit  # noqa: E402

warming.start()

application = BodyLimit(django_application)
