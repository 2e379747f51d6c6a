"""One embedded PostgreSQL for the whole run, in a data directory of its own; nothing reaches other hosts."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

# Set before Django reads its settings; workers of pytest-xdist inherit it and share the server.
OWN_DATA_DIR = "PORTAL_TEST_OWNER" not in os.environ
if OWN_DATA_DIR:
    os.environ["PORTAL_TEST_OWNER"] = str(os.getpid())
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL"):
        os.environ.pop(name, None)
    os.environ["PORTAL_DATA_DIR"] = tempfile.mkdtemp(prefix="portal-test-")
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["EMBEDDING_THREADS"] = "1"

DATA_DIR = Path(os.environ["PORTAL_DATA_DIR"])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(embedded_database, django_db_modify_db_settings_parallel_suffix):
    """The server runs before pytest-django makes the test database."""


@pytest.fixture(scope="session")
def embedded_database():
    from portal import embedded

    with embedded.running_database(DATA_DIR):
        yield


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PICTURE_CACHE_DIR = tmp_path / "pictures"


def pytest_unconfigure(config):
    if OWN_DATA_DIR:
        shutil.rmtree(DATA_DIR, ignore_errors=True)
