"""The drill: a portal at work is backed up and lost, and comes back elsewhere as it was; what cannot be, is refused."""

import io
import json
import shutil
import subprocess
import zipfile

import pytest

from portal.backup import archive, manifest
from tests.portal.test_backup_archive import rewritten
from tests.portal.test_embedded import another_process
from tests.running_portal import ROOT, Portal, free_port, fresh_data_dir, manage, wait_for

START_S = 240.0
QUESTION = "How many days of parental leave are there?"
DELETE_ONE = """
from documents import ingestion
from documents.models import Document
ingestion.delete(Document.objects.get(file_name="rule-0.txt"))
"""
WORK_OFF = """
from documents import workers
from documents.models import Document
workers.wait_for(set(Document.objects.values_list("pk", flat=True)), lambda done, total: None)
print(set(Document.objects.values_list("state", flat=True)), Document.objects.count())
"""
SESSIONS = """
from django.contrib.sessions.models import Session
from django.utils import timezone
import datetime
Session.objects.create(session_key="stolen", session_data="", expire_date=timezone.now() + datetime.timedelta(days=1))
"""
COUNT = """
from django.contrib.sessions.models import Session
from documents.models import Document
print(Document.objects.count(), Session.objects.count())
"""


def run(data_dir, *arguments, fails=False):
    done = subprocess.run(manage(data_dir, *arguments), cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stderr if fails else done.stdout


def shell(data_dir, code):
    return run(data_dir, "shell", "-v0", "-c", code)


def found(data_dir):
    """What a search in the finished collection gives, without scores: these move with the other collection."""
    told = json.loads(run(data_dir, "search", QUESTION, "--user", "admin", "--collection", "Finished", "--json"))
    return [(hit["document"], hit["title"], hit["start"], hit["text"]) for hit in told["hits"]]


def written(folder, texts):
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    """A backup that was made while documents came in and one was deleted, and what the portal answered then."""
    folder = tmp_path_factory.mktemp("drill")
    finished = written(
        folder / "finished",
        {
            "leave.txt": "Parents have 20 days of parental leave.",
            "휴가.txt": "육아 휴직은 20일입니다.",
            "parking.txt": "Cars are parked below the house.",
        },
    )
    coming = written(
        folder / "coming", {f"rule-{number}.txt": f"Rule {number} is about tea. " * 200 for number in range(12)}
    )
    with fresh_data_dir("original") as data_dir:
        portal = Portal(data_dir, free_port())
        wait_for(portal.runs, START_S)
        run(data_dir, "import_documents", str(finished), "--collection", "Finished", "--wait")
        shell(data_dir, SESSIONS)
        run(data_dir, "import_documents", str(coming), "--collection", "Coming")
        backup = folder / "portal.backup"
        making = subprocess.Popen(manage(data_dir, "backup", str(backup)), cwd=ROOT, text=True, stdout=subprocess.PIPE)
        shell(data_dir, DELETE_ONE)
        told = making.communicate()[0]
        assert making.returncode == 0
        assert "Documents: 15" in told or "Documents: 14" in told
        answers = found(data_dir)
        key = (data_dir / "secret_key").read_text()
        small = folder / "small"
        small.mkdir()
        run(data_dir, "backup", str(small), "--without-index")
        portal.stop()
    return backup, answers, key, next(small.iterdir())


@pytest.fixture
def other_dir():
    with fresh_data_dir("other") as path:
        yield path


def test_lost_portal_comes_back_elsewhere_as_it_was(drill, other_dir):
    backup, answers, key, _small = drill
    assert answers[0][3] == "Parents have 20 days of parental leave."

    told = run(other_dir, "restore", str(backup))

    assert "verify_index --repair" not in told
    assert found(other_dir) == answers
    assert run(other_dir, "verify_index") == "Everything agrees.\n"
    assert (other_dir / "secret_key").read_text() == key
    documents, sessions = shell(other_dir, COUNT).split()
    assert sessions == "0"
    assert shell(other_dir, WORK_OFF) == f"{{'ready'}} {documents}\n"
    assert run(other_dir, "verify_index") == "Everything agrees.\n"


@pytest.mark.slow
def test_backup_without_index_is_smaller_and_is_indexed_anew(drill, other_dir):
    backup, answers, _key, small = drill
    assert small.stat().st_size < backup.stat().st_size

    told = run(other_dir, "restore", str(small))

    assert "starts: 14" in told
    assert shell(other_dir, WORK_OFF) == "{'ready'} 14\n"
    assert found(other_dir) == answers
    assert run(other_dir, "verify_index") == "Everything agrees.\n"


@pytest.mark.slow
def test_what_cannot_be_restored_leaves_the_portal_as_it_is(drill, other_dir, tmp_path):
    backup = drill[0]
    folder = written(tmp_path / "own", {"own.txt": "This portal has a document of its own."})
    run(other_dir, "import_documents", str(folder), "--collection", "Own", "--wait")
    bad = tmp_path / "bad.backup"

    assert "--replace portal" in run(other_dir, "restore", str(backup), fails=True)
    assert "--replace portal" in run(other_dir, "restore", str(backup), "--replace", "all", fails=True)
    for spoil, reason in ((damage, "damaged"), (cut_off, "whole"), (age, "newer portal"), (poison, "pg_restore")):
        shutil.copy(backup, bad)
        spoil(bad)
        assert reason in run(other_dir, "restore", str(bad), "--replace", "portal", fails=True)
    assert shell(other_dir, COUNT).split()[0] == "1"
    assert run(other_dir, "verify_index") == "Everything agrees.\n"
    assert len([path for path in (other_dir / "media" / "documents").rglob("*") if path.is_file()]) == 1

    run(other_dir, "restore", str(backup), "--replace", "portal")
    assert found(other_dir) == drill[1]
    assert len([path for path in (other_dir / "media" / "documents").rglob("*") if path.is_file()]) in (14, 15)


@pytest.mark.slow
def test_portal_that_runs_is_not_restored(drill, other_dir):
    with another_process("running_database", other_dir), another_process("sole_owner", other_dir, "http://there"):
        assert "already runs" in run(other_dir, "restore", str(drill[0]), fails=True)


def damage(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-1000])


def age(path):
    """As a portal with a migration more would have made it."""
    values = told(path)
    values["migrations"].append("documents.9999_later")
    rewritten(path, **{manifest.NAME: json.dumps(values).encode()})


def poison(path):
    """Whole by its own account, but its dump ends in the middle."""
    with zipfile.ZipFile(path) as opened:
        half = opened.read(manifest.DATABASE)
    half = half[: len(half) // 2]
    values = told(path)
    size, sha256 = archive.copied(io.BytesIO(half), None)
    part = next(part for part in values["parts"] if part["name"] == manifest.DATABASE)
    part |= {"size": size, "sha256": sha256}
    rewritten(path, **{manifest.DATABASE: half, manifest.NAME: json.dumps(values).encode()})


def told(path):
    with zipfile.ZipFile(path) as opened:
        return json.loads(opened.read(manifest.NAME))
