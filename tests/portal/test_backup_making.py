"""What gets into a backup: every file of the snapshot, whatever is deleted meanwhile; what was lost before, by name."""

import json
import shutil
import zipfile
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection

from documents import file_removal, ingestion
from documents.models import Document
from portal.backup import database, making, manifest, restoring
from portal.backup.manifest import BackupError
from tests.factories import accepted_document, make_collection

pytestmark = pytest.mark.usefixtures("transactional_db")


def silent(line):
    """Nobody reads along."""


def contents(path):
    with zipfile.ZipFile(path) as opened:
        return json.loads(opened.read(manifest.NAME)), set(opened.namelist())


@pytest.fixture
def document(transactional_db):
    return accepted_document(make_collection(), "Copied before it goes.")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "portal.backup"


def deleted_elsewhere(document):
    """By another process, as far as the database can tell."""

    def delete():
        ingestion.delete(Document.objects.get(pk=document.pk))
        connection.close()

    thread = Thread(target=delete)
    thread.start()
    thread.join()


def test_document_that_is_deleted_after_the_snapshot_is_in_the_backup_with_its_file(document, path):
    file = Path(document.file.path)

    def say(line):
        if line.startswith("Files") and file.exists():
            deleted_elsewhere(document)

    making.make(path, say)

    told, parts = contents(path)
    assert f"files/{document.file.name}" in parts
    assert (told["documents"], told["missing"], told["changed"]) == (1, [], [])
    assert restoring.verify(path, silent).documents == 1
    assert not Document.objects.exists()
    with pytest.raises(FileNotFoundError):
        file_removal.opened(document.file.name)


def test_document_that_comes_after_the_snapshot_is_not_in_the_backup(document, path):
    late = []

    def say(line):
        if line.startswith("Files:") and not late:
            late.append(line)
            thread = Thread(target=lambda: (accepted_document(document.collection, "Too late."), connection.close()))
            thread.start()
            thread.join()

    making.make(path, say)

    told, parts = contents(path)
    assert Document.objects.count() == 2
    assert told["documents"] == 1
    assert sum(name.startswith("files/") for name in parts) == 1


def test_files_that_were_lost_before_are_named(document, path):
    other = accepted_document(document.collection, "Changed by a broken disk.")
    Path(document.file.path).unlink()
    Path(other.file.path).write_text("Changed by nobody.")
    said = []

    making.make(path, said.append)

    told, _parts = contents(path)
    assert (told["missing"], told["changed"]) == ([document.file.name], [other.file.name])
    assert "verify_index" in said[-1]


def test_folder_gets_a_backup_with_a_name_of_its_own(document, tmp_path):
    path = making.make(tmp_path, silent)

    assert path.parent == tmp_path
    assert [one.name for one in tmp_path.glob("*.backup")] == [path.name]


def test_backup_for_which_there_is_no_room_is_not_begun(document, path, monkeypatch):
    free = shutil.disk_usage(path.parent)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: free)

    with pytest.raises(BackupError, match="Make room"):
        making.make(path, silent)
    assert list(path.parent.glob("*portal.backup*")) == []


def test_server_that_is_newer_than_the_programs_is_named(monkeypatch):
    monkeypatch.setattr(database, "server_version", lambda: 99)

    with pytest.raises(BackupError, match="PostgreSQL 99"):
        database.program("pg_dump")


def test_dump_that_fails_leaves_nothing(document, path, monkeypatch):
    monkeypatch.setattr(database, "DUMP", ("--format=no-such-format",))

    with pytest.raises(BackupError, match="pg_dump"):
        making.make(path, silent)
    assert list(path.parent.glob("*portal.backup*")) == []
