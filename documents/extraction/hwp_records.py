"""The records that the streams of HWP 5 consist of, as a tree. No size in the file is believed."""

import struct
import zlib
from dataclasses import dataclass, field

from documents.failure_codes import FailureCode, IndexingFailure

_MAX_STREAM_BYTES = 100_000_000
_MAX_RECORDS = 1_000_000
# Tables in tables in tables; deeper trees are made to exhaust whoever walks them.
_MAX_LEVEL = 200
_LONG = 0xFFF


@dataclass(slots=True)
class Record:
    tag: int
    data: bytes
    children: "list[Record]" = field(default_factory=list)


def inflate(data: bytes) -> bytes:
    """A whole raw deflate stream of bounded size."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        unpacked = inflater.decompress(data, _MAX_STREAM_BYTES)
    except zlib.error as error:
        raise IndexingFailure(FailureCode.DAMAGED, str(error)) from error
    if inflater.unconsumed_tail:
        raise IndexingFailure(FailureCode.TOO_COMPLEX, f"unpacks to more than {_MAX_STREAM_BYTES} bytes")
    if not inflater.eof:
        raise IndexingFailure(FailureCode.DAMAGED, "a stream ends too early")
    return unpacked


def read_tree(data: bytes) -> list[Record]:
    """The records of the lowest level, each with those below it."""
    top: list[Record] = []
    path: list[tuple[int, list[Record]]] = [(-1, top)]
    position = count = 0
    while position + 4 <= len(data):
        tag, level, start, end = _header(data, position)
        count += 1
        if end > len(data):
            raise IndexingFailure(FailureCode.DAMAGED, f"a record of {end - start} bytes at {position}")
        if count > _MAX_RECORDS or level > _MAX_LEVEL:
            raise IndexingFailure(FailureCode.TOO_COMPLEX, f"record {count} on level {level}")
        record = Record(tag, data[start:end])
        while path[-1][0] >= level:
            path.pop()
        path[-1][1].append(record)
        path.append((level, record.children))
        position = end
    return top


def _header(data: bytes, position: int) -> tuple[int, int, int, int]:
    """Tag, level, and where the content starts and ends."""
    (header,) = struct.unpack_from("<L", data, position)
    start, size = position + 4, header >> 20
    if size == _LONG:
        if start + 4 > len(data):
            raise IndexingFailure(FailureCode.DAMAGED, "a record without its size")
        (size,) = struct.unpack_from("<L", data, start)
        start += 4
    return header & 0x3FF, header >> 10 & 0x3FF, start, start + size
