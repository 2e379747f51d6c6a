"""Opens a zip of XML parts (the office formats) without trusting a word of it.

Everything is judged from the list of members before one is unpacked, then again while unpacking.
"""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from documents.extraction.members import MAX_TOTAL_BYTES
from documents.failure_codes import FailureCode, IndexingFailure

_MAX_MEMBERS = 5_000
_PIECE_BYTES = 1 << 20
_MAX_PART_BYTES = 100_000_000
# Text compresses tenfold, repetitive tables a hundredfold; only bombs do better than this over many megabytes.
_MAX_RATIO = 300
_RATIO_MATTERS_BYTES = 20_000_000
# A document type could define entities. Office formats have none.
_DOCUMENT_TYPE = b"<!DOCTYPE"


class Archive:
    """Checked members of one zip file; use as a context manager."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise IndexingFailure(FailureCode.DAMAGED, f"no zip: {error}") from error
        members = self._zip.infolist()
        refuse_bomb(members, _MAX_MEMBERS, FailureCode.TOO_COMPLEX)
        _refuse_bad_names(members)
        self.names = frozenset(member.filename for member in members)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *exception: object) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def parse(self, name: str) -> etree._Element | None:
        """The root of an XML part, or None if the archive has no such part."""
        if name not in self.names:
            return None
        data = self._read(name)
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            data = data.decode("utf-16", "replace").encode()
        if _DOCUMENT_TYPE in data:
            raise IndexingFailure(FailureCode.DAMAGED, f"{name} defines a document type")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
        )
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            too_deep = error.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT
            code = FailureCode.TOO_COMPLEX if too_deep else FailureCode.DAMAGED
            raise IndexingFailure(code, f"{name}: {error}") from error

    def refuse_encrypted(self) -> None:
        """The formats that list their members in a manifest say there which are encrypted."""
        manifest = self.parse("META-INF/manifest.xml")
        if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
            raise IndexingFailure(FailureCode.ENCRYPTED, "members are encrypted")

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a part, never all of it at once."""
        with _named_failures(name), self._zip.open(name) as member:
            while data := member.read(_PIECE_BYTES):
                yield data

    def size(self, name: str) -> int:
        return self._zip.getinfo(name).file_size

    def _read(self, name: str) -> bytes:
        with _named_failures(name), self._zip.open(name) as member:
            data = member.read(_MAX_PART_BYTES + 1)
        if len(data) > _MAX_PART_BYTES:
            raise IndexingFailure(FailureCode.TOO_COMPLEX, f"{name} holds more than {_MAX_PART_BYTES} bytes")
        return data


@contextmanager
def _named_failures(name: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise IndexingFailure(FailureCode.DAMAGED, f"{name}: {error}") from error
    except RuntimeError as error:  # how zipfile says that a member wants a password
        raise IndexingFailure(FailureCode.ENCRYPTED, f"{name}: {error}") from error


def refuse_bomb(members: Sequence[zipfile.ZipInfo], most: int, code: FailureCode) -> None:
    """Raises IndexingFailure with the code if there are more members than most, or they would unpack to too much."""
    if len(members) > most:
        raise IndexingFailure(code, f"{len(members)} members")
    total = sum(member.file_size for member in members)
    if total > MAX_TOTAL_BYTES:
        raise IndexingFailure(code, f"unpacks to {total} bytes")
    for member in members:
        if member.file_size > max(_RATIO_MATTERS_BYTES, member.compress_size * _MAX_RATIO):
            raise IndexingFailure(code, f"{member.filename!r} is packed too well")


def _refuse_bad_names(members: list[zipfile.ZipInfo]) -> None:
    """Nothing is ever written to disk; a file with such names was still made to do harm."""
    for member in members:
        name = member.filename.replace("\\", "/")
        if name.startswith("/") or ":" in name or ".." in name.split("/"):
            raise IndexingFailure(FailureCode.DAMAGED, f"member name {member.filename!r}")
