"""A worker is killed while it takes an archive apart: afterwards every file in it is there, and there once."""

import pytest

from documents import integrity, notes
from documents.models import Chunk, Document, IndexJob
from tests.documents.made_zips import make_zip
from tests.factories import accepted_document, make_collection
from tests.faults.steering import all_ready, running, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("broker")]

MEMBERS = 40


def test_archive_whose_worker_was_killed_is_unpacked_once(services):
    files = {f"rules/{number}.txt": f"Rule {number} is about leave." for number in range(MEMBERS)}
    archive = accepted_document(make_collection(), make_zip(files), file_name="rules.zip")

    with running(services["worker"]):
        wait_for(lambda: archive.members.exists())
    made = set(archive.members.values_list("pk", flat=True))
    assert 0 < len(made) < MEMBERS
    assert archive.jobs.get().state == IndexJob.State.RUNNING

    with running(services["worker"]):
        wait_for(lambda: all_ready(MEMBERS + 1))

    archive.refresh_from_db()
    assert archive.jobs.get().attempt == 2
    assert made < set(archive.members.values_list("pk", flat=True))
    assert sorted(archive.members.values_list("file_name", flat=True)) == sorted(f"{n}.txt" for n in range(MEMBERS))
    assert Document.objects.count() == MEMBERS + 1
    assert Chunk.objects.count() == MEMBERS
    assert [notes.explain(note) for note in archive.notes] == [
        f"{MEMBERS} files in it were taken as documents of their own."
    ]
    assert list(integrity.findings()) == []
