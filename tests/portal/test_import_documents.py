"""`manage.py import_documents`: every file gets an outcome, whatever it is."""

import json
import os
from io import StringIO

import pytest
from django.core.management import call_command

from documents import bulk, ingestion, workers
from documents.models import Collection, Document, IndexJob
from tests.documents.made_zips import make_zip

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
    """What is printed. Files that fail do not make the command fail."""
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


def test_people_read_how_many_ended_how_and_a_line_for_each_problem(folder):
    printed = imported(folder / "a.txt", folder / "empty.txt", "--wait")

    assert "1 of 2 searchable" in printed
    assert f"rejected   {folder / 'empty.txt'}: The file is empty." in printed
    assert str(folder / "a.txt") not in printed


def test_name_in_an_old_encoding_is_printed_and_shown(folder):
    path = os.path.join(os.fsencode(folder), "연차.txt".encode("cp949"))
    with open(path, "wb") as file:
        file.write("연차는 15일입니다.".encode())

    printed = imported(folder / os.fsdecode(path), "--wait", "--json")

    (row,) = json.loads(printed)["documents"]
    assert row["state"] == "ready"
    assert printed.encode("utf-8")
    assert Document.objects.get().file_name.endswith(".txt")


def test_documents_keep_the_folder_they_lay_in(folder):
    (folder / "sub" / "연차").mkdir()
    (folder / "sub" / "연차" / "c.txt").write_text("Third text.", encoding="utf-8")

    imported(folder / "a.txt", folder / "sub", "--json")

    assert dict(Document.objects.values_list("file_name", "folder")) == {"a.txt": "", "b.md": "", "c.txt": "연차"}


def test_an_import_that_was_interrupted_goes_on_where_it_stopped(folder, monkeypatch):
    accept = ingestion.accept

    def killed_at_the_second(*arguments, **options):
        if Document.objects.exists():
            raise KeyboardInterrupt
        return accept(*arguments, **options)

    monkeypatch.setattr(ingestion, "accept", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        imported(folder, "--wait")
    monkeypatch.undo()
    monkeypatch.setattr(workers, "PING_TIMEOUT_S", 0.01)

    printed = imported(folder / "a.txt", folder / "sub" / "b.md", "--wait", "--json")

    assert states(printed, folder) == {"a.txt": "duplicate", "sub/b.md": "ready"}
    assert not IndexJob.objects.unfinished().exists()


def test_what_is_inside_an_archive_is_waited_for_and_its_problems_are_named(tmp_path):
    inner = make_zip({"deep.txt": "Deep text.", "spaces.txt": "  \n "})
    (tmp_path / "files.zip").write_bytes(make_zip({"a.txt": "A text.", "inner.zip": inner}))

    printed = imported(tmp_path, "--wait")

    assert "ready            3 from inside archives and mails" in printed
    assert f"failed     {tmp_path / 'files.zip'} › inner.zip › spaces.txt: There is no text in the file." in printed
    assert not IndexJob.objects.unfinished().exists()


def test_links_to_folders_are_not_followed(folder):
    (folder / "sub" / "loop").symlink_to(folder)

    assert [found.path.name for found in bulk.files_below([folder / "sub"])] == ["b.md", "copy.txt"]


def test_a_folder_that_cannot_be_opened_is_one_problem(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)

    printed = imported(folder, "--json")

    assert states(printed, folder) == {".": "rejected"}
