"""`manage.py import_documents`: every file gets an outcome, whatever it is."""

import json
import os
from io import StringIO

import pytest
from django.core.management import call_command

from documents import workers
from documents.models import Collection, Document

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    monkeypatch.setattr(workers, "PING_TIMEOUT_S", 0.01)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "files"
    (folder / "sub").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    for name, content in {
        "a.txt": "Leave is fifteen days.",
        "sub/b.md": "# Title of b\n\nThe VPN session lasts ten hours.",
        "sub/copy.txt": "Leave is fifteen days.",
        "empty.txt": "",
        "spaces.txt": "  \n ",
        ".hidden/c.txt": "hidden",
        ".d.txt": "hidden",
    }.items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "setup.exe").write_bytes(b"MZ\x90\x00" + b"\x00" * 100)
    return folder


def imported(*arguments):
    out = StringIO()
    call_command("import_documents", *map(str, arguments), "--collection", "Rules", stdout=out, stderr=StringIO())
    return out.getvalue()


def states(printed, folder):
    return {os.path.relpath(row["path"], folder): row["state"] for row in json.loads(printed)["documents"]}


def test_every_file_has_an_outcome(folder):
    printed = imported(folder, folder / "missing.txt", "--wait", "--json")

    assert states(printed, folder) == {
        "a.txt": "ready",
        "sub/b.md": "ready",
        "sub/copy.txt": "duplicate",
        "empty.txt": "rejected",
        "spaces.txt": "failed",
        "setup.exe": "rejected",
        "missing.txt": "rejected",
    }
    rows = json.loads(printed)["documents"]
    assert all(set(row) == {"path", "title", "document", "state", "reason"} for row in rows)
    assert all(bool(row["reason"]) == (row["state"] != "ready") for row in rows)
    assert {row["title"] for row in rows if row["state"] == "ready"} == {"a", "Title of b"}
    assert json.loads(printed)["seconds"] >= 0


def test_without_waiting_documents_are_accepted_only(folder):
    printed = imported(folder / "a.txt", "--json")

    assert states(printed, folder) == {"a.txt": "skipped"}
    assert Document.objects.get().state == Document.State.WAITING


def test_importing_twice_adds_nothing(folder):
    imported(folder / "a.txt", "--wait")

    printed = imported(folder / "a.txt", "--wait", "--json")

    assert states(printed, folder) == {"a.txt": "duplicate"}
    assert Document.objects.count() == Collection.objects.count() == 1


def test_people_read_a_line_for_each_file(folder):
    printed = imported(folder / "a.txt", folder / "empty.txt", "--wait")

    assert "1 of 2 searchable" in printed
    assert str(folder / "empty.txt") in printed


def test_name_in_an_old_encoding_is_printed_and_shown(folder):
    path = os.path.join(os.fsencode(folder), "연차.txt".encode("cp949"))
    with open(path, "wb") as file:
        file.write("연차는 15일입니다.".encode())

    printed = imported(folder / os.fsdecode(path), "--wait", "--json")

    (row,) = json.loads(printed)["documents"]
    assert row["state"] == "ready"
    assert printed.encode("utf-8")
    assert Document.objects.get().file_name.endswith(".txt")
