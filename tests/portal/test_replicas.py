"""Searches beside a real streaming replica: read from it while it is near, and from the primary when it is not."""

import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import environ
import pytest
from django.db import DEFAULT_DB_ALIAS, connections, router
from django.test.utils import CaptureQueriesContext

from documents import ingestion
from documents.models import Chunk, Document
from portal import embedded, postgres, replica_settings, replicas
from portal.postgres import Server
from portal.privileges import let_pass, make_private_dir
from search.retrieval import find_passages
from tests.environment import DATA_DIR
from tests.factories import indexed_document, make_collection, make_user
from tests.index_rows import indexed_rows
from tests.running_portal import wait_for

ALIAS = "replica-1"


@pytest.mark.django_db
def test_without_replicas_everything_is_read_from_the_primary():
    assert router.db_for_read(Chunk, ranks=True) == DEFAULT_DB_ALIAS


def test_tables_of_a_replica_are_never_migrated():
    assert replicas.Router().allow_migrate(ALIAS, "documents") is False
    assert replicas.Router().allow_migrate(DEFAULT_DB_ALIAS, "documents") is None


def test_replica_that_hangs_is_given_up_soon_unless_its_address_says_otherwise():
    usual = replica_settings.configured(environ.Env.db_url_config("postgres://me:secret@copy:5432/portal"))
    patient = replica_settings.configured(
        environ.Env.db_url_config("postgres://me:secret@copy:5432/portal?connect_timeout=30")
    )

    assert usual["OPTIONS"]["connect_timeout"] <= 2
    assert patient["OPTIONS"]["connect_timeout"] == 30
    assert (usual["HOST"], usual["NAME"], usual["CONN_MAX_AGE"]) == ("copy", "portal", 0)


@pytest.fixture(scope="module")
def standby(django_db_setup):
    """A replica of the server of the tests, made as an administrator would."""
    primary = embedded.database_server(DATA_DIR)
    with tempfile.TemporaryDirectory(prefix="portal-replica-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder) / "postgres", Path(folder) / "sockets", Path(folder) / "log")
        make_private_dir(server.home, server.account or primary.account)
        let_pass(server.home)
        account = primary.account
        who = {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}
        copy = ("pg_basebackup", "-D", ".", "-R", "-X", "stream", "-c", "fast", "-h", str(primary.sockets))
        subprocess.run(
            [postgres.program(copy[0]), *copy[1:], "-U", postgres.USER, "-p", str(postgres.PORT)],
            cwd=server.home, check=True, capture_output=True, **who,
        )  # fmt: skip
        postgres.start(server)
        yield server
        postgres.stop(server)


@pytest.fixture
def replica(standby, transactional_db, settings, monkeypatch):
    """The replica under its alias, up to date, and looked at before every statement."""
    settings.REPLICA_MAX_LAG_S = 0.3
    monkeypatch.setattr(replicas, "watch", replicas.Watch())
    monkeypatch.setattr(replicas, "KEPT_S", -1.0)
    monkeypatch.setattr(replicas, "AWAY_S", 0.0)
    if postgres.running_process(standby) is None:
        postgres.start(standby)
    config = {**connections.settings[DEFAULT_DB_ALIAS], "HOST": str(standby.sockets)}
    connections.settings[ALIAS] = config
    yield connections[ALIAS]
    connections[ALIAS].close()
    del connections.settings[ALIAS], connections[ALIAS]


@contextmanager
def paused(replica):
    """A replica that gets everything and shows nothing new."""
    with replica.cursor() as cursor:
        cursor.execute("SELECT pg_wal_replay_pause()")
    try:
        yield
    finally:
        with replica.cursor() as cursor:
            cursor.execute("SELECT pg_wal_replay_resume()")


def catch_up():
    wait_for(lambda: router.db_for_read(Chunk, ranks=True) == ALIAS, 30)


def read_from(replica, search):
    """What a search gives, and how many statements about chunks it sent to the replica."""
    with CaptureQueriesContext(replica) as sent:
        found = search()
    return found, sum("documents_chunk" in query["sql"] for query in sent)


def texts(found):
    return [hit.text for hit in found.hits]


@pytest.fixture
def library(transactional_db):
    bob = make_user("bob")
    shelf = make_collection(readers=[bob])
    indexed_rows(shelf, ["Tea is served at four.", "Coffee is served at nine."])
    return bob, shelf


def test_search_reads_from_a_replica_that_is_near(replica, library, settings):
    bob, _shelf = library
    settings.REPLICA_MAX_LAG_S = -1
    expected, none = read_from(replica, lambda: find_passages("tea", bob))
    settings.REPLICA_MAX_LAG_S = 0.3
    catch_up()
    found, sent = read_from(replica, lambda: find_passages("tea", bob))

    assert texts(found) == texts(expected) != []
    assert (none, sent >= 3) == (0, True)
    assert not found.degraded


@pytest.mark.slow
def test_search_reads_from_the_primary_what_a_replica_has_not_got_yet(replica, library):
    bob, shelf = library
    catch_up()
    with paused(replica):
        indexed_rows(shelf, ["Cake is served on Fridays."])
        time.sleep(0.5)
        found, sent = read_from(replica, lambda: find_passages("cake", bob))

    assert "Cake is served on Fridays." in texts(found)
    assert sent == 0


def test_right_that_was_taken_away_is_gone_however_far_behind_the_replica_is(replica, library, settings):
    bob, shelf = library
    catch_up()
    settings.REPLICA_MAX_LAG_S = 3600
    with paused(replica):
        shelf.readers.clear()
        found, sent = read_from(replica, lambda: find_passages("tea", bob))

    assert found.hits == ()
    assert sent >= 1


@pytest.mark.slow
def test_document_that_was_deleted_is_gone_however_far_behind_the_replica_is(replica, settings, transactional_db):
    bob = make_user("bob")
    document = indexed_document(make_collection(readers=[bob]), "Tea is served at four.")
    catch_up()
    settings.REPLICA_MAX_LAG_S = 3600
    with paused(replica):
        ingestion.delete(Document.objects.get(pk=document.pk))
        found, sent = read_from(replica, lambda: find_passages("tea", bob))

    assert found.hits == ()
    assert sent >= 1


@pytest.mark.slow
def test_search_goes_on_when_the_replica_dies_and_comes_back_to_it(replica, standby, library, monkeypatch):
    bob, _shelf = library
    catch_up()
    monkeypatch.setattr(replicas, "KEPT_S", 3600.0)
    postgres.stop(standby)

    dying = find_passages("tea", bob)
    monkeypatch.setattr(replicas, "KEPT_S", -1.0)
    dead = find_passages("tea", bob)
    postgres.start(standby)
    catch_up()
    found, sent = read_from(replica, lambda: find_passages("tea", bob))

    assert all("Tea is served at four." in texts(hits) for hits in (dying, dead, found))
    assert {hits.degraded for hits in (dying, dead, found)} == {""}
    assert sent >= 3


@pytest.mark.slow
def test_server_that_is_no_copy_is_not_asked(replica):
    catch_up()
    connections.settings[ALIAS]["HOST"] = connections.settings[DEFAULT_DB_ALIAS]["HOST"]
    connections[ALIAS].close()
    del connections[ALIAS]

    assert router.db_for_read(Chunk, ranks=True) == DEFAULT_DB_ALIAS
