"""One embedded PostgreSQL for the whole run, in a data directory of its own; nothing reaches other hosts."""

import shutil

import pytest
from django.utils import translation

from tests.environment import DATA_DIR, IS_OWNER


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


@pytest.fixture(autouse=True)
def own_language():
    """A request of a test leaves its language behind in the thread, which the next test would speak."""
    yield
    translation.deactivate()


@pytest.fixture
def transactional_db(django_db_setup, django_db_blocker, own_media):
    """Real commits, which other connections and threads see; what the test added is removed behind it.

    pytest-django's own fixture of this name would empty all tables, and the first generation with them.
    """
    from tests import leavings

    with django_db_blocker.unblock(), leavings.removed():
        yield


def pytest_unconfigure(config):
    if IS_OWNER:
        shutil.rmtree(DATA_DIR, ignore_errors=True)
