"""Files of deleted documents: gone at once, kept while a backup is made, and gone after it."""

from pathlib import Path

import psycopg
import pytest
from django.db import connection

from documents import file_removal, ingestion, upkeep
from tests.factories import accepted_document, make_collection

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def document(transactional_db):
    return accepted_document(make_collection(), "Kept while somebody copies it.")


@pytest.fixture
def backup():
    """Another process that makes a backup: a connection that holds the files."""
    where = connection.get_connection_params()
    where = {name: value for name, value in where.items() if name in ("host", "port", "user", "dbname")}
    with psycopg.connect(**where, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [file_removal.LOCK])
        yield other


def test_file_goes_with_its_document(document):
    path = Path(document.file.path)
    ingestion.delete(document)

    assert not path.exists()
    assert not path.parents[2].joinpath(file_removal.ASIDE).exists()


def test_file_stays_to_be_found_while_a_backup_is_made(document, backup):
    name, path = document.file.name, Path(document.file.path)
    ingestion.delete(document)

    assert not path.exists()
    with file_removal.opened(name) as file:
        assert file.read() == b"Kept while somebody copies it."


def test_what_was_kept_goes_after_the_backup_and_not_before(document, backup):
    name = document.file.name
    ingestion.delete(document)

    file_removal.clear()
    file_removal.opened(name).close()
    backup.execute("SELECT pg_advisory_unlock_all()")
    upkeep.run()

    with pytest.raises(FileNotFoundError):
        file_removal.opened(name)


def test_backup_waits_for_no_other_backup_for_ever(backup, monkeypatch, transactional_db):
    monkeypatch.setattr(file_removal, "WAIT_MS", 50)

    with pytest.raises(file_removal.BackupRunning), file_removal.postponed():
        pytest.fail("two backups at once")


def test_documents_are_deleted_as_ever_after_a_backup(document):
    path = Path(document.file.path)
    with file_removal.postponed():
        pass
    ingestion.delete(document)

    assert not path.exists()
