"""The type of a file, decided by what is in it; its name only breaks ties between kinds of text.

Reads the two ends of a file and never parses it, so it may run where people wait.
"""

import re
from pathlib import Path
from typing import BinaryIO

from documents.extraction.cleaning import clean_line
from documents.extraction.containers import ole_names, zip_mark, zip_names
from documents.extraction.encoding import decode
from documents.extraction.media_types import (
    EML,
    EXTENSIONS,
    HTML,
    HWP,
    HWPX,
    PDF,
    RTF,
    TEXT,
    TEXT_TYPES,
    XLS,
    ZIP,
    ZIP_MARKS,
    ZIP_PARTS,
)
from documents.failure_codes import FailureCode, IndexingFailure

_HEAD_BYTES = 65_536
_PDF_MARK = b"%PDF-"
_PDF_MARK_WITHIN = 1_024
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED_WITHIN = 8_000_000
# The stream that tells what an OLE file is; None for formats that are read only in their newer form.
_OLE_STREAMS = {
    "FileHeader": HWP,
    "Workbook": XLS,
    "Book": XLS,
    "WordDocument": None,
    "PowerPoint Document": None,
}
_RTF_MARK = b"{\\rtf"
# Hangul up to 3.0 and its plain XML form.
_OLD_HWP_MARK = b"HWP Document File"
_HWPML_START = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE\s+HWPML\b[^>]*>\s*)?<HWPML\b")
_BINARY_MARKS = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"\x7fELF", b"\x1f\x8b", b"BZh", b"\xfd7zXZ",
    b"7z\xbc\xaf", b"Rar!\x1a", b"\xca\xfe\xba\xbe", b"SQLite format 3", b"%!PS", b"\0asm",
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
_MAIL_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,60}):(?=\s|$)|[ \t]+\S|From \S+@\S+ ")
_MAIL_NAMES = frozenset((
    "bcc", "cc", "content-type", "date", "delivered-to", "dkim-signature", "from", "message-id", "mime-version",
    "received", "reply-to", "return-path", "subject", "to",
))  # fmt: skip
# People who copy a mail into a text leave these out; programs that save one do not.
_MAIL_PROOF = frozenset(("message-id", "mime-version", "received", "return-path"))


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
        return _safely_named(_zip_type(file, head, extension), extension)
    if head.startswith(_OLE_MARK):
        return _safely_named(_ole_type(file, extension), extension)
    if head.startswith(_RTF_MARK):
        return _safely_named(RTF, extension)
    if head.startswith(_OLD_HWP_MARK) and b"\0" in head:
        raise IndexingFailure(FailureCode.OLD_FORMAT, "a file of Hangul 3.0 or older")
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


def _zip_type(file: BinaryIO, head: bytes, extension: str) -> str:
    mark = zip_mark(head)
    if mark in ZIP_MARKS:
        return mark
    names = frozenset(zip_names(file))
    if not names:
        promises_text = EXTENSIONS.get(extension, TEXT) in TEXT_TYPES
        code = FailureCode.UNSUPPORTED_TYPE if promises_text else FailureCode.DAMAGED
        raise IndexingFailure(code, "a zip without a readable list of members")
    for part, media_type in ZIP_PARTS.items():
        if part in names:
            return media_type
    if extension in ("", "zip") and not mark:
        return ZIP
    # Many programs keep their own files in a zip, which is not meant to be unpacked.
    raise _refused(extension, f"a zip of something else {mark!r}")


def _ole_type(file: BinaryIO, extension: str) -> str:
    """The old container format, which also wraps office files that have a password."""
    file.seek(0)
    if _ENCRYPTED_STREAM in file.read(_ENCRYPTED_WITHIN):
        raise IndexingFailure(FailureCode.ENCRYPTED, "an encrypted office file")
    stream = next((name for name in ole_names(file) if name in _OLE_STREAMS), "")
    if not stream:
        raise _refused(extension, "an OLE file of something else")
    media_type = _OLE_STREAMS[stream]
    if media_type is None:
        raise IndexingFailure(FailureCode.OLD_FORMAT, f"an office file with a {stream!r}")
    return media_type


def _text_type(head: bytes, extension: str) -> str:
    text = decode(head)
    if len(_CONTROLS.findall(text)) > len(text) * _MAX_CONTROL_SHARE:
        raise _refused(extension, "data, not text")
    named = EXTENSIONS.get(extension)
    if _HWPML_START.match(text) and named in (HWP, HWPX):
        raise IndexingFailure(FailureCode.OLD_FORMAT, "a Hangul document in plain XML")
    if named == XLS and _HTML_START.match(text):  # how many web sites export a table
        return HTML
    if named is None or extension in _DANGEROUS_NAMES:
        raise IndexingFailure(FailureCode.UNSUPPORTED_TYPE, f"text under the name .{extension}")
    if named not in TEXT_TYPES:
        raise IndexingFailure(FailureCode.WRONG_TYPE, f"text under the name .{extension}")
    return _kind_of_text(text, named)


def _kind_of_text(text: str, named: str) -> str:
    if _HTML_START.match(text):
        return HTML
    if named in (EML, TEXT):
        return _mail_or_text(text, named)
    if named != HTML:
        return named
    if _OTHER_MARKUP.match(text):
        raise IndexingFailure(FailureCode.WRONG_TYPE, "markup that is not HTML")
    return HTML


def _mail_or_text(text: str, named: str) -> str:
    names = _mail_headers(text)
    if named == TEXT:
        return EML if "from" in names and names & _MAIL_PROOF else TEXT
    if not names:
        raise IndexingFailure(FailureCode.WRONG_TYPE, "text that does not begin like a mail")
    return EML


def _mail_headers(text: str) -> set[str]:
    """The well-known headers a text begins with; none if a line among them is no header."""
    names = set()
    for line in text.lstrip().splitlines():
        if not line.strip():
            break
        header = _MAIL_HEADER.match(line)
        if header is None:
            return set()
        names.add((header[1] or "").lower())
    return names & _MAIL_NAMES
