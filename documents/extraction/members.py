"""The files inside a container (an archive, a mail): a limited child writes them one after the other into an
open file of the parent.

Each is a frame: the length of its head in four bytes, the head as JSON, its content. The parent believes nothing.
"""

import io
import json
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from documents.extraction import sandbox
from documents.extraction.media_types import EML, ZIP
from documents.failure_codes import FailureCode, IndexingFailure

CONTAINERS = frozenset((ZIP, EML))
MAX_MEMBERS = 1_000
MAX_TOTAL_BYTES = 500_000_000
_MAX_HEAD_BYTES = 8_000
_MAX_NAME = 1_000
_HEAD_LENGTH = struct.Struct(">I")
_LIMITS = sandbox.Limits(file_bytes=MAX_TOTAL_BYTES + MAX_MEMBERS * _MAX_HEAD_BYTES)


@dataclass(frozen=True, slots=True)
class Member:
    """A file with its path in the container; with a `refusal` there is no content."""

    name: str
    content: bytes = b""
    refusal: FailureCode | None = None


@contextmanager
def unpacked(path: Path, media_type: str, *, member_bytes: int, work_dir: str) -> Iterator[Iterator[Member]]:
    """The members of a container, none larger than `member_bytes`; raises IndexingFailure."""
    with tempfile.TemporaryFile(dir=work_dir) as file:
        sandbox.run_into(file, ["members", media_type, str(path), str(member_bytes)], _LIMITS)
        yield _frames(file, member_bytes)


def write_members(output: io.RawIOBase, path: Path, media_type: str, member_bytes: int) -> None:
    """What the child does."""
    for member in _members(path, media_type, member_bytes):
        head = {"name": member.name[:_MAX_NAME], "size": len(member.content), "refusal": member.refusal}
        encoded = json.dumps(head, ensure_ascii=False).encode("utf-8", "replace")
        _write(output, _HEAD_LENGTH.pack(len(encoded)) + encoded)
        _write(output, member.content)


def _members(path: Path, media_type: str, member_bytes: int) -> Iterator[Member]:
    if media_type == ZIP:
        from documents.extraction.packed import packed_members

        return packed_members(path, member_bytes)
    from documents.extraction.mail import attachments

    return attachments(path, member_bytes)


def _write(output: io.RawIOBase, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[output.write(rest) or 0 :]


def _frames(file: BinaryIO, member_bytes: int) -> Iterator[Member]:
    count = 0
    while length := file.read(_HEAD_LENGTH.size):
        count += 1
        try:
            (size,) = _HEAD_LENGTH.unpack(length)
            member = _member(json.loads(file.read(min(size, _MAX_HEAD_BYTES))), file, member_bytes)
        except (ValueError, LookupError, TypeError, RecursionError, struct.error) as error:
            raise IndexingFailure(FailureCode.CRASHED, f"members not as agreed: {error!r}") from error
        if count > MAX_MEMBERS:
            raise IndexingFailure(FailureCode.CRASHED, "more members than agreed")
        yield member


def _member(head: Any, file: BinaryIO, member_bytes: int) -> Member:
    name, size, refusal = head["name"], head["size"], head["refusal"]
    if not isinstance(name, str) or not isinstance(size, int) or not 0 <= size <= member_bytes:
        raise TypeError(f"name {type(name).__name__}, size {size!r}")
    content = file.read(size)
    if len(content) != size:
        raise ValueError(f"{size} bytes announced, {len(content)} found")
    return Member(name, content, FailureCode(refusal) if refusal else None)
