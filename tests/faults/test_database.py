"""The database restarts, throws out its clients, has no connection left or no space: work waits and goes on."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from documents import integrity, upkeep
from documents.models import Chunk, IndexJob
from portal import embedded, postgres
from tests.environment import DATA_DIR
from tests.factories import accepted_document, make_collection, make_user
from tests.faults.steering import all_ready, count, running, uploaded, wait_for
from tests.running_portal import ROOT

pytestmark = pytest.mark.slow

DOCUMENTS = 10


def restart_database():
    """As after a power cut: nothing is written down, clients are thrown out."""
    server = embedded.database_server(DATA_DIR)
    process = postgres.running_process(server)
    connections.close_all()
    process.send_signal(signal.SIGQUIT)
    process.wait(30)
    postgres.start(server)


def hurry():
    """Do what the clock would: nobody waits for the time after a failed try, nor for messages that were lost."""
    IndexJob.objects.filter(state=IndexJob.State.QUEUED).update(not_before=None, hinted_at=None)
    upkeep.run(is_restart=True)
    time.sleep(1)


def test_documents_survive_restarts_of_the_database(services, broker):
    uploaded(make_collection(), DOCUMENTS)

    with running(services["worker"]):
        for done in (1, 3, 5):
            wait_for(lambda done=done: count("done") >= done)
            restart_database()
            hurry()
        wait_for(lambda: all_ready(DOCUMENTS) or hurry())
    assert Chunk.objects.count() == DOCUMENTS
    assert list(integrity.findings()) == []


def test_documents_survive_connections_that_are_cut_all_the_time(services, broker):
    uploaded(make_collection(), DOCUMENTS)

    with running(services["worker"]):
        wait_for(lambda: count("done") >= 1)
        for _time in range(15):
            _cut_others()
            time.sleep(0.2)
        wait_for(lambda: all_ready(DOCUMENTS) or hurry())
    assert list(integrity.findings()) == []


def _cut_others():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_work_waits_when_the_database_has_no_connection_left(services, broker):
    uploaded(make_collection(), 2)
    wanted = connection.get_connection_params() | {"dbname": connection.settings_dict["NAME"]}
    connections.close_all()
    held = list(_connections({key: wanted[key] for key in ("host", "port", "user", "dbname")}))
    visitor = Client(raise_request_exception=False)

    with running(services["worker"]):
        wait_for(lambda: "too many clients" in services["worker"].log.read_text("utf-8"))
        assert visitor.get(reverse("healthz")).status_code == 503
        for one in held:
            one.close()
        assert visitor.get(reverse("healthz")).status_code == 200
        wait_for(lambda: all_ready(2) or hurry())
    assert count("failed") == 0
    assert list(integrity.findings()) == []


def _connections(wanted):
    """As many as the server gives."""
    with suppress(psycopg.OperationalError):
        while True:
            yield psycopg.connect(**wanted)


SCRIPT = """
import sys, django
django.setup()
from django.core.files.base import ContentFile
from documents import ingestion
from documents.models import Collection
collection = Collection.objects.get(pk=int(sys.argv[1]))
try:
    ingestion.accept(ContentFile(b"x" * 3_000_000, name="large.txt"), collection=collection, uploaded_by=None)
except ingestion.Rejected as refusal:
    print(refusal.code)
"""


def test_upload_onto_a_full_disk_is_refused_whole(services, small_disk):
    """Not even half of the file, and no row, is left."""
    collection = make_collection()
    arguments = ["env", f"PORTAL_TEST_MEDIA={small_disk}", sys.executable, "-c", SCRIPT, str(collection.pk)]

    said = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "disk_full"
    assert not [path for path in small_disk.rglob("*") if path.is_file()]
    assert not collection.documents.exists()


def test_work_waits_while_the_disk_of_the_database_is_full_and_people_read_on(services, broker, pages_on, client):
    shelf = make_collection()
    client.force_login(make_user("root", staff=True))
    filler = pages_on / "filler"
    with suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(bytes(4096))
            file.flush()
    for number in range(2):
        accepted_document(shelf, " ".join(f"rule{number * n}" for n in range(3_000)), file_name=f"{number}.txt")

    with running(services["worker"]):
        wait_for(lambda: IndexJob.objects.filter(state="queued", error_code="disk_full").exists())
        assert client.get(shelf.get_absolute_url()).status_code == 200
        assert count("failed") == 0
        filler.unlink()
        wait_for(lambda: all_ready(2) or hurry())
    assert list(integrity.findings()) == []


@pytest.fixture
def pages_on(services, transactional_db, small_disk):
    """The disk on which the texts of the pages lie."""
    account = embedded.database_server(DATA_DIR).account
    if account:
        os.chown(small_disk, account.uid, account.gid)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLESPACE small LOCATION '{small_disk}'")
        cursor.execute("ALTER TABLE documents_page SET TABLESPACE small")
    yield small_disk
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE documents_page SET TABLESPACE pg_default")
        cursor.execute("DROP TABLESPACE small")


@pytest.fixture
def small_disk():
    """A disk of one megabyte, where the account of the database gets to."""
    path = DATA_DIR / "disk"
    path.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", str(path)], check=False)
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    yield path
    subprocess.run(["umount", str(path)], check=True)
    path.rmdir()
