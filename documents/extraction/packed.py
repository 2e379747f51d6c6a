"""The files inside an uploaded zip, handed out once everything that its directory says was judged.

Nothing is ever written under a name from the archive.
"""

import lzma
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from documents.extraction.archive import refuse_bomb
from documents.extraction.encoding import is_korean
from documents.extraction.members import MAX_MEMBERS, Member
from documents.failure_codes import FailureCode, IndexingFailure

_LOCAL_HEADER_BYTES = 30
_ENCRYPTED_FLAG = 0x1
_UTF8_FLAG = 0x800
_OUTSIDE = re.compile(r"^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)")
# Left there by systems and programs, not by people.
_LITTER = re.compile(r"(?:^|/)(?:\.|__MACOSX/|~\$)|(?:^|/)(?:thumbs\.db|desktop\.ini)$", re.IGNORECASE)
_LINE_BREAKS = bytes.maketrans(b"\r\n\0", b"___")


def packed_members(path: Path, member_bytes: int) -> Iterator[Member]:
    """Hidden and empty files and folders are left out; what cannot be handed out says why."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise IndexingFailure(FailureCode.DAMAGED, f"no zip: {error}") from error
    with archive:
        entries = archive.infolist()
        names = _names(entries)
        _refuse_escapes(names)
        _refuse_overlaps(entries, archive.start_dir)
        wanted = [pair for pair in zip(entries, names, strict=True) if _is_wanted(*pair)]
        refuse_bomb([entry for entry, _name in wanted], MAX_MEMBERS, FailureCode.TOO_MUCH_INSIDE)
        for entry, name in wanted:
            yield _member(archive, entry, name, member_bytes)


def _names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Names without the UTF-8 flag are UTF-8 all the same, or Korean of Windows, or what the format says."""
    raw = {entry: entry.orig_filename.encode("cp437").translate(_LINE_BREAKS) for entry in _unmarked(entries)}
    encoding = _encoding(b"\n".join(raw.values()))
    names = (raw[entry].decode(encoding, "replace") if entry in raw else entry.filename for entry in entries)
    return [name.replace("\\", "/") for name in names]


def _unmarked(entries: Sequence[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    return [entry for entry in entries if not entry.flag_bits & _UTF8_FLAG]


def _encoding(names: bytes) -> str:
    try:
        names.decode("utf-8")
    except UnicodeDecodeError:
        return "cp949" if is_korean(names) else "cp437"
    return "utf-8"


def _is_wanted(entry: zipfile.ZipInfo, name: str) -> bool:
    return entry.file_size > 0 and not name.endswith("/") and not _LITTER.search(name)


def _refuse_escapes(names: Sequence[str]) -> None:
    for name in names:
        if _OUTSIDE.search(name):
            raise IndexingFailure(FailureCode.UNSAFE_ARCHIVE, f"member name {name!r}")


def _refuse_overlaps(entries: Sequence[zipfile.ZipInfo], directory: int) -> None:
    """Members that share bytes make a small file unpack to a huge one."""
    places = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    for (start, size), (following, _size) in pairwise([*places, (directory, 0)]):
        if start + _LOCAL_HEADER_BYTES + size > following:
            raise IndexingFailure(FailureCode.UNSAFE_ARCHIVE, f"members overlap at {start}")


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, member_bytes: int) -> Member:
    refusal = _refusal(entry, member_bytes)
    if refusal:
        return Member(name, refusal=refusal)
    try:
        return Member(name, archive.read(entry))
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError):
        return Member(name, refusal=FailureCode.DAMAGED)
    except (NotImplementedError, RuntimeError):  # a method of packing that Python does not know
        return Member(name, refusal=FailureCode.UNSUPPORTED_TYPE)


def _refusal(entry: zipfile.ZipInfo, member_bytes: int) -> FailureCode | None:
    if entry.flag_bits & _ENCRYPTED_FLAG:
        return FailureCode.ENCRYPTED
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        return FailureCode.UNSAFE_ARCHIVE
    return FailureCode.TOO_LARGE if entry.file_size > member_bytes else None
