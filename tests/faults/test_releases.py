"""Releases that are cut short: while jobs run, while indexes are built, while another generation takes over."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from documents import generations, integrity
from documents.models import Chunk, Collection, Generation
from documents.releases import activation, building, completion, indexes
from tests.documents.released import smaller
from tests.factories import make_collection
from tests.faults.steering import all_ready, count, running, uploaded, wait_for
from tests.faults.test_database import hurry, restart_database
from tests.running_portal import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("broker")]

DOCUMENTS = 10


@pytest.fixture
def library(broker, services):
    """Documents that are searchable, in the database of the tests."""
    uploaded(make_collection(), DOCUMENTS)
    with running(services["worker"]):
        wait_for(lambda: all_ready(DOCUMENTS))


@contextmanager
def somebody_else():
    """A connection of its own, with a transaction that is open as long as the block."""
    settings = connection.settings_dict
    address = {"host": settings["HOST"], "port": settings["PORT"] or None, "user": settings["USER"]}
    with psycopg.connect(dbname=settings["NAME"], password=settings["PASSWORD"] or None, **address) as other:
        yield other


def waiting(statement):
    """Process ids of the database that wait for a lock with a statement like this."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s", [f"{statement}%"]
        )
        return [row[0] for row in cursor.fetchall()]


def is_ready(generation):
    generation.refresh_from_db()
    return generation.state == Generation.State.READY


def assert_sound(generation):
    assert indexes.missing(generation) == []
    assert Chunk.objects.filter(generation=generation).count() == DOCUMENTS
    assert list(integrity.findings()) == []


@contextmanager
def index_that_waits(generation):
    """The building of the first index waits for a writer, with the index there already and not valid."""
    with somebody_else() as writer:
        writer.execute(f"LOCK TABLE {generation.partition} IN ROW EXCLUSIVE MODE")
        yield


@pytest.mark.usefixtures("library")
def test_worker_killed_while_it_builds_an_index_is_followed_by_another(services):
    generation = building.begin(smaller(), None)

    with index_that_waits(generation), running(services["worker"]) as worker:
        wait_for(lambda: waiting("CREATE INDEX CONCURRENTLY"))
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    with running(services["worker"]):
        wait_for(lambda: is_ready(generation) or completion.announce())

    assert_sound(generation)


@pytest.mark.usefixtures("library")
def test_index_that_the_database_gave_up_is_built_anew(services):
    generation = building.begin(smaller(), None)

    with running(services["worker"]):
        with index_that_waits(generation):
            wait_for(lambda: waiting("CREATE INDEX CONCURRENTLY"))
            for process in waiting("CREATE INDEX CONCURRENTLY"):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(%s)", [process])
            wait_for(lambda: not waiting("CREATE INDEX CONCURRENTLY"))
            assert "terms" in indexes.missing(generation)
            assert not is_ready(generation)
        wait_for(lambda: is_ready(generation) or completion.announce())

    assert_sound(generation)


@pytest.mark.usefixtures("library")
def test_documents_come_in_while_an_index_is_built(services):
    generation = building.begin(smaller(), None)

    with running(services["worker"]):
        with index_that_waits(generation):
            wait_for(lambda: waiting("CREATE INDEX CONCURRENTLY"))
            uploaded(Collection.objects.create(name="Later"), 1)
            wait_for(lambda: count("done") == 2 * (DOCUMENTS + 1))
        wait_for(lambda: is_ready(generation))

    assert list(integrity.findings()) == []


@pytest.mark.usefixtures("library")
def test_release_survives_restarts_of_the_database(services):
    generation = building.begin(smaller(), None)

    with running(services["worker"]):
        wait_for(lambda: count("done") >= DOCUMENTS + 2)
        restart_database()
        hurry()
        wait_for(lambda: is_ready(generation) or hurry())

    assert_sound(generation)


@pytest.mark.usefixtures("library")
def test_activation_that_is_killed_has_changed_nothing(services):
    generation, first = building.begin(smaller(), None), Generation.objects.active()
    with running(services["worker"]):
        wait_for(lambda: is_ready(generation))

    with somebody_else() as editor:
        editor.execute("SELECT 1 FROM documents_generation WHERE state = 'active' FOR UPDATE")
        activating = subprocess.Popen(
            [sys.executable, "manage.py", "generations", "activate", str(generation.pk)],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        )
        wait_for(lambda: waiting("SELECT"))
        activating.kill()
        activating.wait()
    wait_for(lambda: not waiting("SELECT"))

    assert Generation.objects.active() == first
    activation.activate(generation, None)
    assert list(integrity.findings()) == []
    activation.activate(first, None)


@pytest.mark.usefixtures("library")
def test_partition_that_readers_hold_is_dropped_later(services):
    generation = building.begin(smaller(), None)

    with somebody_else() as reader:
        reader.execute("SELECT count(*) FROM documents_chunk")
        building.cancel(generation)
        assert generations.has_partition(generation)
        assert Chunk.objects.exists()
    hurry()

    assert not generations.has_partition(generation)
    assert list(integrity.findings()) == []
