"""Mails as text (subject, people, date, body) and their attachments.

Headers are decoded here and not by Python's newer policy: Korean mailers name narrower encodings than they use,
or write raw bytes.
"""

import mimetypes
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesFeedParser
from email.utils import parsedate_to_datetime
from itertools import groupby
from pathlib import Path

from documents.extraction import Extraction
from documents.extraction.cleaning import clean_line
from documents.extraction.composition import Composition
from documents.extraction.encoding import decode
from documents.extraction.markup import add_html
from documents.extraction.media_types import EML
from documents.extraction.members import MAX_MEMBERS, Member
from documents.failure_codes import FailureCode, IndexingFailure

_SHOWN_HEADERS = ("From", "To", "Cc", "Date")
_MAX_DEPTH = 20
_MAX_PARTS = 2 * MAX_MEMBERS
_MAX_HEADER = 10_000
_BLOCK = 1 << 16
_BODIES = ("text/plain", "text/html")
# An HTML body with less text than this share of the plain one only says that something else should show it.
_MIN_HTML_SHARE = 0.5
# Proofs and styling that come with a mail without anybody having attached them.
_ENCLOSURES = frozenset((
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "message/delivery-status", "text/rfc822-headers",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Part:
    """A leaf of the tree of parts, or a mail inside of the mail."""

    message: "Message[str, str]"
    # Parts that say the same in different ways have this in common.
    choice: int
    is_related: bool

    @property
    def content_type(self) -> str:
        return self.message.get_content_type()

    @property
    def is_body(self) -> bool:
        return self.content_type in _BODIES and not self._is_attached and not file_name(self.message)

    @property
    def is_attachment(self) -> bool:
        if self.is_body or self.content_type in _ENCLOSURES:
            return False
        return not self._is_decoration

    @property
    def _is_attached(self) -> bool:
        return self.message.get_content_disposition() == "attachment"

    @property
    def _is_decoration(self) -> bool:
        """Pictures that the body shows, such as the logo in a signature."""
        is_shown = self.is_related or not self._is_attached
        return is_shown and self.message.get_content_maintype() == "image" and "Content-ID" in self.message


def read_mail(path: Path) -> Extraction:
    mail = _parsed(path)
    composition = Composition()
    subject = header(mail, "Subject")
    composition.add_heading(subject, 1)
    for name in _SHOWN_HEADERS:
        value = header(mail, name)
        if value:
            composition.add(f"{name}: {_date(value) if name == 'Date' else value}", "head")
    _add_bodies(composition, mail)
    return composition.extraction(subject)


def attachments(path: Path, member_bytes: int) -> Iterator[Member]:
    """What was attached; a mail that is attached to the mail is a file of its own."""
    found = [part for part in _parts(_parsed(path)) if part.is_attachment]
    if len(found) > MAX_MEMBERS:
        raise IndexingFailure(FailureCode.TOO_MUCH_INSIDE, f"{len(found)} attachments")
    for number, part in enumerate(found, start=1):
        content = _content(part.message)
        name = file_name(part.message) or _made_up_name(part, number)
        if len(content) > member_bytes:
            yield Member(name, refusal=FailureCode.TOO_LARGE)
        elif content:
            yield Member(name, content)


def header(message: "Message[str, str]", name: str) -> str:
    """One line of readable text, or nothing."""
    return clean_line(_decoded(_raw(message, name)))


def file_name(message: "Message[str, str]") -> str:
    """The name that the sender gave a part; "" if none."""
    for parameter, field in (("filename", "content-disposition"), ("name", "content-type")):
        if not (raw := _raw(message, field)).isascii():
            message.replace_header(field, _unescaped(raw))
        value = message.get_param(parameter, header=field)
        if isinstance(value, tuple):
            charset, _language, text = value
            return clean_line(decode(str(text).encode("latin-1", "replace"), charset or ""))
        if value:
            return clean_line(_decoded(str(value)))
    return ""


def _raw(message: "Message[str, str]", name: str) -> str:
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return str(raw)[:_MAX_HEADER]


def _parsed(path: Path) -> "Message[str, str]":
    """In small bites: given the whole file, Python's parser takes nine times its memory."""
    parser = BytesFeedParser()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                parser.feed(block)
        return parser.close()
    except (MessageError, ValueError, LookupError) as error:
        raise IndexingFailure(FailureCode.DAMAGED, f"no mail: {error!r}") from error


def _parts(
    message: "Message[str, str]", *, depth: int = 0, choice: int = 0, is_related: bool = False
) -> Iterator[_Part]:
    """All leaves in reading order, without those inside of attached mails."""
    if depth > _MAX_DEPTH:
        raise IndexingFailure(FailureCode.TOO_COMPLEX, "parts nested too deep")
    children = _children(message) if message.get_content_maintype() == "multipart" else []
    if len(children) > _MAX_PARTS:
        raise IndexingFailure(FailureCode.TOO_MUCH_INSIDE, f"{len(children)} parts")
    if not children:
        yield _Part(message, choice or id(message), is_related)
    kind = message.get_content_subtype()
    if kind == "alternative":
        choice = choice or id(message)
    for child in children:
        yield from _parts(child, depth=depth + 1, choice=choice, is_related=is_related or kind == "related")


def _children(message: "Message[str, str]") -> "list[Message[str, str]]":
    payload = message.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _add_bodies(composition: Composition, mail: "Message[str, str]") -> None:
    bodies = (part for part in _parts(mail) if part.is_body)
    for _choice, parts in groupby(bodies, key=lambda part: part.choice):
        _add_body(composition, [part.message for part in parts])


def _add_body(composition: Composition, versions: "list[Message[str, str]]") -> None:
    """Plain text and HTML of one body say the same, but the HTML has the headings and tables."""
    plain = [_text(message) for message in versions if message.get_content_type() == "text/plain"]
    rich = [message for message in versions if message.get_content_type() == "text/html"]
    if plain and _rich_length(rich) <= _MIN_HTML_SHARE * sum(map(len, plain)):
        for text in plain:
            composition.add(text)
        return
    for message in rich:
        _add_rich(composition, message)


def _rich_length(messages: "list[Message[str, str]]") -> int:
    trial = Composition()
    with suppress(IndexingFailure):
        for message in messages:
            _add_rich(trial, message)
    return trial.length


def _add_rich(composition: Composition, message: "Message[str, str]") -> None:
    try:
        add_html(composition, _content(message), message.get_content_charset(""))
    except IndexingFailure as failure:
        if failure.code != FailureCode.NO_TEXT:  # an empty body is none
            raise


def _text(message: "Message[str, str]") -> str:
    return decode(_content(message), message.get_content_charset(""))


def _content(message: "Message[str, str]") -> bytes:
    if message.get_content_maintype() == "message" and message.is_multipart():
        return b"\n".join(_as_file(child) for child in _children(message))
    content = message.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _as_file(message: "Message[str, str]") -> bytes:
    return message.as_bytes(policy=message.policy.clone(max_line_length=None, mangle_from_=False))


def _made_up_name(part: _Part, number: int) -> str:
    if part.content_type == EML:
        inner = _children(part.message)
        return f"{(header(inner[0], 'Subject') if inner else '') or f'mail {number}'}.eml"
    return f"attachment {number}{mimetypes.guess_extension(part.content_type) or ''}"


def _decoded(raw: str) -> str:
    """Encoded words and raw bytes as text."""
    text = _unescaped(raw)
    try:
        pieces = decode_header(text)
    except (MessageError, ValueError):
        return text
    return "".join(_word(*piece) for piece in pieces)


def _unescaped(raw: str) -> str:
    """Bytes beyond ASCII, which the parser keeps as surrogates, as the text they are."""
    return decode(raw.encode("utf-8", "surrogateescape"))


def _word(piece: str | bytes, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    # What stands between encoded words comes back escaped.
    return decode(piece, charset) if charset else piece.decode("raw-unicode-escape")


def _date(value: str) -> str:
    try:
        return parsedate_to_datetime(value).strftime("%Y-%m-%d %H:%M %z").strip()
    except (ValueError, TypeError, OverflowError):
        return value
