"""A real worker on a real broker, killed in the middle of its work: nothing is lost and nothing is there twice."""

import time
from contextlib import contextmanager

import pytest
import redis
from django.db import connection

from documents import integrity
from documents.models import Chunk, Document, IndexJob
from portal import embedded, processes
from portal.supervisor import kill_group, spawn
from tests.environment import BROKER_DIR, DATA_DIR
from tests.factories import accepted_document, make_collection

DOCUMENTS = 20


@contextmanager
def running(service):
    process = spawn(service)
    try:
        yield process
    finally:
        kill_group(process.pid)
        process.wait()


@pytest.fixture
def broker(settings):
    with running(processes.broker(BROKER_DIR)), redis.Redis.from_url(settings.REDIS_URL) as client:
        wait_for(lambda: answers(client))
        yield client


def answers(client):
    try:
        return client.ping()
    except redis.RedisError:
        return False


@pytest.fixture
def worker(settings, monkeypatch):
    """The product's own worker, on the database of the tests."""
    settings.MEDIA_ROOT = DATA_DIR / "media"
    server, _name = embedded.database_url(DATA_DIR).rsplit("/", 1)
    monkeypatch.setenv("DATABASE_URL", f"{server}/{connection.settings_dict['NAME']}")
    monkeypatch.setenv("SECRET_KEY", "only for tests")
    return next(service for service in processes.of_the_portal(DATA_DIR, "", 0) if service.name == "worker")


def wait_for(condition, timeout_s=180.0):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "It took too long."
        time.sleep(0.05)


def count(state):
    return IndexJob.objects.filter(state=state).count()


@pytest.mark.slow
@pytest.mark.usefixtures("transactional_db", "broker")
def test_documents_survive_a_killed_worker(worker):
    collection = make_collection()
    for number in range(DOCUMENTS):
        accepted_document(
            collection, f"Rule {number} is about leave. 규정 {number}은 휴가입니다.", file_name=f"{number}.txt"
        )

    with running(worker):
        wait_for(lambda: count("done") >= 3 and count("running") >= 1)
    assert 0 < count("done") < DOCUMENTS

    with running(worker):
        wait_for(lambda: count("done") == DOCUMENTS)

    assert set(Document.objects.values_list("state", flat=True)) == {Document.State.READY}
    assert Chunk.objects.count() == DOCUMENTS
    assert list(integrity.findings()) == []
