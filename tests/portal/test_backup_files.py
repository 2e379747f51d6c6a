"""Files of a backup beside those that a portal has: nothing is lost before the new database is in its place."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from documents import integrity
from documents.models import Document
from portal.backup import archive, restoring
from portal.backup.manifest import DATABASE, BackupError
from tests.factories import accepted_document, make_collection
from tests.portal.test_backup_archive import made

NAME, OTHER = "documents/ab/abcdef", "documents/cd/cdefab"


@pytest.fixture
def backup(tmp_path):
    """Two files: of one, the portal has another content."""
    path = tmp_path / "portal.backup"
    made(path, ((DATABASE, b"a dump"), (f"files/{NAME}", b"as it was"), (f"files/{OTHER}", b"another")))
    own = Path(default_storage.path(NAME))
    own.parent.mkdir(parents=True)
    own.write_bytes(b"as it is")
    with archive.opened(path) as opened:
        yield opened


def stored():
    files = Path(default_storage.location).rglob("*")
    return {str(path.relative_to(default_storage.location)): path.read_bytes() for path in files if path.is_file()}


def test_a_restore_that_fails_leaves_every_file_as_it_was(backup):
    seen = {}

    def fail():
        with restoring._new_files() as files:
            restoring._put_files(backup, archive.contents(backup), files)
            seen.update(stored())
            raise BackupError

    with pytest.raises(BackupError):
        fail()

    assert (seen[NAME], seen[OTHER]) == (b"as it is", b"another")
    assert stored() == {NAME: b"as it is"}


def test_files_that_waited_take_their_places(backup):
    with restoring._new_files() as files:
        restoring._put_files(backup, archive.contents(backup), files)
    restoring._take_places(files)

    assert stored() == {NAME: b"as it was", OTHER: b"another"}


def test_the_check_forgives_a_file_that_waits_and_no_other(db, tmp_path):
    collection = make_collection()
    waits, unlike, lost = (accepted_document(collection, f"Rule {number}.") for number in range(3))
    path = tmp_path / "portal.backup"
    made(path, [(DATABASE, b"a dump"), *((f"files/{one.file.name}", b"Rule 0.") for one in (waits, unlike))])
    for one in (waits, unlike, lost):
        Path(one.file.path).write_bytes(b"changed")

    with archive.opened(path) as opened, restoring._new_files() as files:
        restoring._put_files(opened, archive.contents(opened), files)
        told = {found.document for found in restoring._findings(files.waiting) if found.check == "file"}

    assert told == {unlike.pk, lost.pk}
    restoring._take_places(files)
    assert {found.document for found in integrity.findings() if found.check == "file"} == told
    assert Document.objects.count() == 3
