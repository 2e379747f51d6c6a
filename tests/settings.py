"""Settings of the test run: the product's own, with a quick password hasher and plain static files."""

import os
from pathlib import Path

import tests.environment  # sets what the settings read
from portal import embedded
from portal.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LANGUAGE_CODE = "en"
REDIS_URL = embedded.redis_url(tests.environment.BROKER_DIR)
CELERY_BROKER_URL = embedded.broker_url(tests.environment.BROKER_DIR)
if "PORTAL_TEST_SABOTAGE" in os.environ:
    INSTALLED_APPS += ["tests.faults.sabotage.SabotageConfig"]  # noqa: F405
if "PORTAL_TEST_MEDIA" in os.environ:
    MEDIA_ROOT = Path(os.environ["PORTAL_TEST_MEDIA"])
