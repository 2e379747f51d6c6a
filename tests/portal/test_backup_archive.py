"""The file of a backup: whole or not there at all, and every change to it is seen."""

import io
import json
import zipfile

import pytest

from portal.backup import archive, manifest
from portal.backup.manifest import BackupError, Manifest

FILE = "files/documents/ab/abcdef"


def made(path, parts=((manifest.DATABASE, b"a dump"), (FILE, b"a file")), **changes):
    facts = {"portal": "1.0", "created": "2026-01-01T00:00:00Z", "postgresql": 18, "pgvector": "0.8.4"}
    with archive.written(path) as writer:
        for name, content in parts:
            writer.add(name, io.BytesIO(content))
        told = Manifest(
            **{**facts, "migrations": (), "documents": 1, "has_index": True, "parts": tuple(writer.parts), **changes}
        )
        writer.close_with(told)
    return told


def verified(path):
    with archive.opened(path) as opened:
        return archive.verified(opened)


def rewritten(path, **contents):
    """The same archive with other content in some of its parts; None leaves one out."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts = {name: content for name, content in {**parts, **contents}.items() if content is not None}
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "portal.backup"


def test_whole_archive_gives_its_manifest_back(path):
    told = made(path, missing=("documents/aa/lost",), changed=("documents/aa/other",))

    assert verified(path) == told
    assert archive.files(told) == {"documents/ab/abcdef": told.parts[1]}
    assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_is_left_of_one_that_was_interrupted(path):
    class Interrupted(io.BytesIO):
        def read(self, size=-1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), archive.written(path) as writer:
        writer.add(manifest.DATABASE, Interrupted())

    assert list(path.parent.iterdir()) == []


def test_an_older_backup_is_not_written_over(path):
    path.write_bytes(b"older")

    with pytest.raises(BackupError, match="there already"), archive.written(path):
        pytest.fail("written over")
    assert path.read_bytes() == b"older"


@pytest.mark.parametrize("place", [0.2, 0.5, 0.9])
def test_changed_byte_is_seen(path, place):
    made(path, parts=((manifest.DATABASE, b"d" * 5000), (FILE, b"f" * 5000)))
    content = bytearray(path.read_bytes())
    content[int(place * 10_000)] ^= 1
    path.write_bytes(content)

    with pytest.raises(BackupError, match="damaged"):
        verified(path)


@pytest.mark.parametrize("kept", [0, 30, 0.5, 0.99])
def test_archive_that_was_cut_off_is_seen(path, kept):
    made(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content) if kept < 1 else kept)])

    with pytest.raises(BackupError, match="whole"):
        verified(path)


@pytest.mark.parametrize(
    "contents",
    [{FILE: None}, {"files/documents/ab/more": b"not named"}, {FILE: b"another"}, {manifest.DATABASE: None}],
)
def test_part_that_is_not_what_the_manifest_says_is_seen(path, contents):
    made(path)
    rewritten(path, **contents)

    with pytest.raises(BackupError, match="damaged"):
        verified(path)


@pytest.mark.parametrize("name", ["files/../../etc/passwd", "files//etc/passwd", "files/a/..", "other", "files/.a/b"])
def test_part_that_would_lie_elsewhere_is_refused(path, name):
    made(path, parts=((manifest.DATABASE, b"a dump"), (name, b"a file")))

    with pytest.raises(BackupError, match="damaged"):
        verified(path)


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'{"format": 1}', b"\xff", b'{"format": "x"}'])
def test_other_archives_are_no_backups(path, text):
    made(path)
    rewritten(path, **{manifest.NAME: text})

    with pytest.raises(BackupError, match="not a backup"):
        verified(path)


def test_layout_of_a_newer_portal_is_refused_with_its_version(path):
    made(path, portal="9.1")
    with zipfile.ZipFile(path) as old:
        values = json.loads(old.read(manifest.NAME))
    rewritten(path, **{manifest.NAME: json.dumps({**values, "format": manifest.FORMAT + 1}).encode()})

    with pytest.raises(BackupError, match=r"newer portal \(9\.1\)"):
        verified(path)


def test_missing_file_is_told(path):
    with pytest.raises(BackupError, match="There is no file"):
        verified(path)
