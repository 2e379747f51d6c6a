"""What an archive hands out, and what makes it refuse; the child that does it, and what its parent believes."""

import json
import os
import stat
import struct
import zipfile

import pytest

from documents.extraction import members, sandbox
from documents.extraction.media_types import ZIP
from documents.extraction.members import Member, unpacked
from documents.extraction.packed import packed_members
from documents.failure_codes import FailureCode, IndexingFailure
from tests.documents.made_zips import encrypted_zip, entry, lying_zip, make_zip, old_windows_zip, overlapping_zip

LIMIT = 1_000_000


def packed(tmp_path, data, limit=LIMIT):
    path = tmp_path / "stored"
    path.write_bytes(data)
    return list(packed_members(path, limit))


def names(tmp_path, data):
    return [member.name for member in packed(tmp_path, data)]


def refusal(tmp_path, data):
    with pytest.raises(IndexingFailure) as caught:
        packed(tmp_path, data)
    return caught.value.code


def test_files_come_with_their_folders_and_bytes(tmp_path):
    found = packed(tmp_path, make_zip({"rules/leave.txt": "Fifteen days.", "rules/": "", "a b.txt": b"\0\r\n"}))

    assert found == [Member("rules/leave.txt", b"Fifteen days."), Member("a b.txt", b"\0\r\n")]


def test_litter_and_empty_files_are_left_out(tmp_path):
    litter = ("__MACOSX/._a.txt", ".DS_Store", "x/.git/config", "Thumbs.db", "x/desktop.ini", "~$plan.docx")
    files = dict.fromkeys(litter, "x") | {"empty.txt": "", "folder.name/a.txt": "kept", "Thumbs.db.txt": "kept"}

    assert names(tmp_path, make_zip(files)) == ["folder.name/a.txt", "Thumbs.db.txt"]


@pytest.mark.parametrize("encoding", ["cp949", "utf-8"])
def test_korean_names_without_a_word_on_their_encoding(tmp_path, encoding):
    korean = ["인사규정/연차휴가.txt", "똠방각하 보고서.txt", "plain.txt"]

    assert names(tmp_path, old_windows_zip(korean, encoding)) == korean


def test_western_names_are_not_taken_for_korean(tmp_path):
    western = ["Résumé français.txt", "Übersicht größer.txt"]

    assert names(tmp_path, old_windows_zip(western, "cp437")) == western


def test_folders_written_with_backslashes(tmp_path):
    assert names(tmp_path, make_zip({"rules\\leave.txt": "x"})) == ["rules/leave.txt"]


@pytest.mark.parametrize("name", ["../up.txt", "a/../../up.txt", "/etc/passwd", "C:\\Windows\\a.txt", "..\\up.txt"])
def test_names_that_lead_out_of_the_archive_are_unsafe(tmp_path, name):
    assert refusal(tmp_path, make_zip({"good.txt": "x", name: "x"})) == FailureCode.UNSAFE_ARCHIVE


def test_members_that_overlap_are_unsafe(tmp_path):
    assert refusal(tmp_path, overlapping_zip(5)) in (FailureCode.UNSAFE_ARCHIVE, FailureCode.DAMAGED)


@pytest.mark.parametrize("mode", [stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o600])
def test_a_link_is_refused_and_the_rest_is_taken(tmp_path, mode):
    found = packed(tmp_path, make_zip([(entry("link.txt", mode=mode), "/etc/passwd"), (entry("a.txt"), "x")]))

    assert found == [Member("link.txt", refusal=FailureCode.UNSAFE_ARCHIVE), Member("a.txt", b"x")]


def test_an_encrypted_file_is_refused(tmp_path):
    assert packed(tmp_path, encrypted_zip({"a.txt": "x" * 50})) == [Member("a.txt", refusal=FailureCode.ENCRYPTED)]


def test_a_file_above_the_limit_is_refused_and_the_rest_is_taken(tmp_path):
    found = packed(tmp_path, make_zip({"large.txt": os.urandom(2_000), "small.txt": "x"}), limit=1_000)

    assert found == [Member("large.txt", refusal=FailureCode.TOO_LARGE), Member("small.txt", b"x")]


def test_a_bomb_is_too_much(tmp_path):
    assert refusal(tmp_path, make_zip({"bomb.txt": bytes(30_000_000)})) == FailureCode.TOO_MUCH_INSIDE


def test_sizes_that_add_up_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr("documents.extraction.archive.MAX_TOTAL_BYTES", 1_000)

    assert refusal(tmp_path, make_zip({f"{n}.txt": b"x" * 300 for n in range(4)})) == FailureCode.TOO_MUCH_INSIDE


def test_thousands_of_files_are_too_much(tmp_path):
    assert refusal(tmp_path, make_zip({f"{n}.txt": "x" for n in range(2_000)})) == FailureCode.TOO_MUCH_INSIDE


def test_a_file_larger_than_announced_is_damaged(tmp_path):
    data = lying_zip("a.txt", b"y" * 5_000, size=10)

    assert packed(tmp_path, data) == [Member("a.txt", refusal=FailureCode.DAMAGED)]


def test_a_file_with_broken_bytes_is_damaged_and_the_rest_is_taken(tmp_path):
    data = bytearray(make_zip({"a.txt": os.urandom(500), "b.txt": "x"}))
    data[100] ^= 0xFF

    assert packed(tmp_path, bytes(data)) == [Member("a.txt", refusal=FailureCode.DAMAGED), Member("b.txt", b"x")]


def test_broken_bytes_of_another_method_of_packing_spoil_one_file_only(tmp_path):
    data = bytearray(make_zip({"a.txt": b"Words. " * 500, "b.txt": b"Rest"}, compression=zipfile.ZIP_LZMA))
    data[data.find(b"a.txt") + 9] = 0xFF

    assert [(member.name, member.refusal) for member in packed(tmp_path, bytes(data))] == [
        ("a.txt", FailureCode.DAMAGED),
        ("b.txt", None),
    ]


def test_two_files_of_one_name_are_two_files(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = make_zip([("a.txt", "first"), ("a.txt", "second")])

    assert [member.content for member in packed(tmp_path, data)] == [b"first", b"second"]


def test_what_is_no_zip_is_damaged(tmp_path):
    assert refusal(tmp_path, make_zip({"a.txt": "x"})[:-10]) == FailureCode.DAMAGED


def through_child(tmp_path, data, limit=LIMIT):
    path = tmp_path / "stored"
    path.write_bytes(data)
    with unpacked(path, ZIP, member_bytes=limit, work_dir=str(tmp_path)) as found:
        return list(found)


def test_the_child_hands_members_over_and_leaves_no_file(tmp_path):
    large = os.urandom(3_000_000)

    found = through_child(tmp_path, make_zip({"연차/a.bin": large, "b.txt": "x"}), limit=4_000_000)

    assert found == [Member("연차/a.bin", large), Member("b.txt", b"x")]
    assert os.listdir(tmp_path) == ["stored"]


def test_the_child_names_why_an_archive_is_refused(tmp_path):
    with pytest.raises(IndexingFailure) as caught:
        through_child(tmp_path, make_zip({"../a.txt": "x"}))

    assert caught.value.code == FailureCode.UNSAFE_ARCHIVE


def test_a_child_that_writes_more_than_it_may_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(members, "_LIMITS", sandbox.Limits(file_bytes=2_000_000))

    with pytest.raises(IndexingFailure) as caught:
        through_child(tmp_path, make_zip({"a.bin": os.urandom(3_000_000)}), limit=4_000_000)

    assert caught.value.code == FailureCode.TOO_MUCH_INSIDE


def frame(content=b"x", **head):
    encoded = json.dumps({"name": "a", "size": len(content), "refusal": None, **head}).encode()
    return struct.pack(">I", len(encoded)) + encoded + content


@pytest.mark.parametrize(
    "output",
    [
        b"\0",
        b"\xff\xff\xff\xff{",
        frame(size=-1),
        frame(size=5),
        frame(size=10**12),
        frame(name=7),
        frame(refusal="no such code"),
        frame() + b"rest",
        frame() * (members.MAX_MEMBERS + 1),
    ],
)
def test_nonsense_from_the_child_is_a_crash(tmp_path, monkeypatch, output):
    monkeypatch.setattr(sandbox, "run_into", lambda file, *_rest: (file.write(output), file.seek(0)))

    with pytest.raises(IndexingFailure) as caught:
        through_child(tmp_path, b"")

    assert caught.value.code == FailureCode.CRASHED
