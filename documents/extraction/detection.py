"""The type of a file, decided by what is in it; its name only breaks ties between kinds of text.

Reads the two ends of a file and never parses it, so it may run where people wait.
"""

import re
import struct
from pathlib import Path
from typing import BinaryIO

from documents.extraction.cleaning import clean_line
from documents.extraction.encoding import decode
from documents.extraction.media_types import DOCX, EXTENSIONS, HTML, PDF, ZIP_PARTS
from documents.failure_codes import FailureCode, IndexingFailure

_HEAD_BYTES = 65_536
# The record that ends a zip, with the longest comment it may have.
_TAIL_BYTES = 65_557
_MAX_DIRECTORY_BYTES = 8_000_000
_PDF_MARK = b"%PDF-"
_PDF_MARK_WITHIN = 1_024
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_BINARY_MARKS = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"\x7fELF", b"\x1f\x8b", b"BZh", b"\xfd7zXZ",
    b"7z\xbc\xaf", b"Rar!\x1a", b"\xca\xfe\xba\xbe", b"{\\rtf", b"SQLite format 3", b"%!PS", b"\0asm",
    b"\x28\xb5\x2f\xfd",
)  # fmt: skip
# These could begin a sentence as well; in a text no NUL follows.
_BINARY_LETTERS = (b"BM", b"MZ", b"RIFF", b"ID3", b"OggS")
_LETTERS_WITHIN = 64
# Programs, and what browsers run: a document under such a name is meant to be opened by mistake.
_DANGEROUS_NAMES = frozenset((
    "app", "asp", "aspx", "bat", "cmd", "com", "dll", "exe", "hta", "jar", "js", "jse", "jsp", "lnk",
    "msi", "php", "ps1", "reg", "scr", "sh", "svg", "vbs", "wsf", "xml",
))  # fmt: skip
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_OTHER_MARKUP = re.compile(r"\s*(?:<\?xml|<!doctype\s+(?!html)|<svg|<rss|<feed)\b", re.I)
# Text has line ends and tabs; other control characters are a sign of data.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_MAX_CONTROL_SHARE = 0.1


def detect(path: Path, file_name: str) -> str:
    """The media type of a file that can be read; raises IndexingFailure for all others."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if not head:
            raise IndexingFailure(FailureCode.EMPTY_FILE)
        return _detect(file, head, _extension(file_name))


def _extension(file_name: str) -> str:
    """The ending of a name as systems see it that ignore dots and spaces at its end."""
    name = re.split(r"[/\\]", clean_line(file_name))[-1].rstrip(". ")
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def _detect(file: BinaryIO, head: bytes, extension: str) -> str:
    mark = head.find(_PDF_MARK, 0, _PDF_MARK_WITHIN)
    if mark == 0 or (mark > 0 and extension == "pdf"):
        return _safely_named(PDF, extension)
    if head.startswith(b"PK\x03\x04"):
        return _safely_named(_zip_type(file, extension), extension)
    if head.startswith(_OLE_MARK):
        raise _refused_ole(file, extension)
    is_lettered = head.startswith(_BINARY_LETTERS) and b"\0" in head[:_LETTERS_WITHIN]
    if is_lettered or head.startswith(_BINARY_MARKS):
        raise _refused(extension, f"begins with {head[:8]!r}")
    return _text_type(head, extension)


def _safely_named(media_type: str, extension: str) -> str:
    named = EXTENSIONS.get(extension)
    if extension in _DANGEROUS_NAMES or named == HTML:
        raise IndexingFailure(FailureCode.WRONG_TYPE, f"{media_type} under the name .{extension}")
    return media_type


def _refused(extension: str, detail: str) -> IndexingFailure:
    """Unsupported, or not what its name promises."""
    promises = extension and extension in EXTENSIONS
    code = FailureCode.WRONG_TYPE if promises else FailureCode.UNSUPPORTED_TYPE
    return IndexingFailure(code, f".{extension}: {detail}")


def _zip_type(file: BinaryIO, extension: str) -> str:
    directory = _zip_directory(file)
    if not directory:
        code = FailureCode.DAMAGED if EXTENSIONS.get(extension) == DOCX else FailureCode.UNSUPPORTED_TYPE
        raise IndexingFailure(code, "a zip without a readable list of members")
    for part, media_type in ZIP_PARTS.items():
        if part in directory:
            return media_type
    raise _refused(extension, "a zip of something else")


def _zip_directory(file: BinaryIO) -> bytes:
    """The raw list of a zip's members, or nothing if it is missing or absurd."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    record = tail.rfind(b"PK\x05\x06")
    if record < 0 or len(tail) < record + 20:
        return b""
    length, _ = struct.unpack_from("<LL", tail, record + 12)
    end = size - len(tail) + record
    if not 0 < length <= min(end, _MAX_DIRECTORY_BYTES):
        return b""
    file.seek(end - length)
    return file.read(length)


def _refused_ole(file: BinaryIO, extension: str) -> IndexingFailure:
    """Office files with a password are wrapped in the old container format."""
    file.seek(0)
    if _ENCRYPTED_STREAM in file.read(_MAX_DIRECTORY_BYTES):
        return IndexingFailure(FailureCode.ENCRYPTED, "an encrypted office file")
    return _refused(extension, "an office file of the old binary format")


def _text_type(head: bytes, extension: str) -> str:
    text = decode(head)
    if len(_CONTROLS.findall(text)) > len(text) * _MAX_CONTROL_SHARE:
        raise _refused(extension, "data, not text")
    named = EXTENSIONS.get(extension)
    if named in (PDF, DOCX):
        raise IndexingFailure(FailureCode.WRONG_TYPE, f"text under the name .{extension}")
    if named is None or extension in _DANGEROUS_NAMES:
        raise IndexingFailure(FailureCode.UNSUPPORTED_TYPE, f"text under the name .{extension}")
    return _kind_of_text(text, named)


def _kind_of_text(text: str, named: str) -> str:
    if _HTML_START.match(text):
        return HTML
    if named != HTML:
        return named
    if _OTHER_MARKUP.match(text):
        raise IndexingFailure(FailureCode.WRONG_TYPE, "markup that is not HTML")
    return HTML
