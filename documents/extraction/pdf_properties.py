"""What a PDF says about itself besides its pages, read by pypdf: its outline, its title, whether it is locked.

None of it is worth losing a document for: whatever goes wrong here, or takes long, only leaves something out.
"""

import logging
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import TypeAlias

from pypdf import Configuration, PasswordType, PdfReader, apply_configuration
from pypdf.generic import Destination

from documents.extraction.cleaning import clean_line
from documents.extraction.titles import sensible_title

_Items: TypeAlias = "Sequence[Destination | _Items]"

_MAX_CPU_S = 5.0
_MAX_FILTERED_BYTES = 20_000_000
_LIMITS = Configuration(
    maximum_declared_stream_length=_MAX_FILTERED_BYTES,
    array_based_stream_maximum_output_length=_MAX_FILTERED_BYTES,
    zlib_maximum_output_length=_MAX_FILTERED_BYTES,
    lzw_maximum_output_length=_MAX_FILTERED_BYTES,
    run_length_maximum_output_length=_MAX_FILTERED_BYTES,
    brotli_maximum_output_length=_MAX_FILTERED_BYTES,
    stream_decoding_work_maximum_length=2 * _MAX_FILTERED_BYTES,
    stream_filters_maximum_length=4,
    # Tagged files keep some 100,000 numbers beside their catalogue, and pypdf reads them all.
    array_maximum_element_count=400_000,
    outline_maximum_entries=5_000,
    outline_maximum_depth=30,
    page_tree_maximum_entries=5_000,
    page_tree_maximum_depth=50,
    named_destinations_maximum_entries=20_000,
    named_destinations_maximum_depth=30,
    jbig2dec_binary=None,
)


@dataclass(frozen=True, slots=True)
class Properties:
    """`is_locked` means that it does not open without a password. `outline` has (level, title) by page index."""

    is_locked: bool = False
    title: str = ""
    outline: dict[int, list[tuple[int, str]]] = field(default_factory=dict)


class _OutOfTime(BaseException):
    """Not an Exception, which pypdf would take for one of its own in some places."""


def read_properties(path: Path) -> Properties:
    """What could be read before something went wrong, which it does in any way with hostile files."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    found = Properties()
    with suppress(Exception, _OutOfTime), _limited_time(), apply_configuration(_LIMITS):
        for latest in _findings(path):
            found = latest
    return found


def _findings(path: Path) -> Iterator[Properties]:
    """Each knows more than the one before."""
    with PdfReader(path) as reader:
        is_locked = reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED
        found = Properties(is_locked)
        yield found
        if is_locked:
            return
        found = replace(found, title=_title(reader))
        yield found
        yield replace(found, outline=_outline(reader))


def _title(reader: PdfReader) -> str:
    title = reader.metadata.title if reader.metadata else None
    return sensible_title(title) if isinstance(title, str) else ""


def _outline(reader: PdfReader) -> dict[int, list[tuple[int, str]]]:
    entries: dict[int, list[tuple[int, str]]] = {}
    for level, destination in _flat(reader.outline, 1):
        index = reader.get_destination_page_number(destination)
        title = clean_line(destination.title or "")
        if index is not None and title:
            entries.setdefault(index, []).append((level, title))
    return entries


def _flat(items: _Items, level: int) -> Iterator[tuple[int, Destination]]:
    """pypdf nests the entries below an entry in a list behind it."""
    for item in items:
        if isinstance(item, Destination):
            yield level, item
        else:
            yield from _flat(item, level + 1)


@contextmanager
def _limited_time() -> Iterator[None]:
    previous = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, _MAX_CPU_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _OutOfTime
