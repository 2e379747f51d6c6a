"""Real workers on a real broker and the database of the tests, and ways to break them."""

import pytest
import redis
from django.db import connection

from portal import embedded, processes
from tests.environment import BROKER_DIR, DATA_DIR
from tests.faults.steering import answers, running, wait_for


@pytest.fixture
def broker(settings):
    """A client of the broker, which runs; `broker.process` is its process."""
    with running(processes.broker(BROKER_DIR)) as process, redis.Redis.from_url(settings.REDIS_URL) as client:
        wait_for(lambda: answers(client))
        client.flushall()
        client.process = process
        yield client


@pytest.fixture
def services(settings, monkeypatch, transactional_db):
    """The portal's own processes by name, on the database of the tests; `services.sabotage` breaks the next one."""
    settings.MEDIA_ROOT = DATA_DIR / "media"
    server, _name = embedded.database_url(DATA_DIR).rsplit("/", 1)
    monkeypatch.setenv("DATABASE_URL", f"{server}/{connection.settings_dict['NAME']}")
    monkeypatch.setenv("SECRET_KEY", "only for tests")
    return {service.name: service for service in processes.of_the_portal(DATA_DIR, "", 0)}


@pytest.fixture
def sabotaged(monkeypatch, tmp_path):
    """Make the next worker misbehave once: see tests.faults.sabotage."""

    def sabotage(name):
        monkeypatch.setenv("PORTAL_TEST_SABOTAGE", f"{name}:{tmp_path / 'struck'}")
        return tmp_path / "struck"

    return sabotage
