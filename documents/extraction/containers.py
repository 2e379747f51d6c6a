"""What the two kinds of containers, zip and OLE compound files, say they hold: names only, nothing is unpacked.

Cheap and bounded whatever the file claims, so it may run where people wait.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

# The record that ends a zip, with the longest comment it may have.
_TAIL_BYTES = 65_557
_MAX_DIRECTORY_BYTES = 8_000_000
_ZIP_ENTRY = struct.Struct("<4s24xHHH12x")
_ZIP_ENTRY_MARK = b"PK\x01\x02"

_OLE_HEADER = struct.Struct("<24x6xH16xL24x109L")
_OLE_ENTRY_BYTES = 128
_OLE_SECTOR_SHIFTS = (9, 12)
_OLE_LAST_SECTOR = 0xFFFFFFFA
_MAX_OLE_SECTORS = 2_000


def zip_names(file: BinaryIO) -> list[str]:
    """The names of a zip's members, or none if the list is missing or absurd."""
    directory = _zip_directory(file)
    names = []
    position = 0
    while position + _ZIP_ENTRY.size <= len(directory):
        mark, name_length, extra_length, comment_length = _ZIP_ENTRY.unpack_from(directory, position)
        if mark != _ZIP_ENTRY_MARK:
            break
        position += _ZIP_ENTRY.size
        names.append(directory[position : position + name_length].decode("utf-8", "replace"))
        position += name_length + extra_length + comment_length
    return names


def _zip_directory(file: BinaryIO) -> bytes:
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


def zip_mark(head: bytes) -> str:
    """What a zip says it is: the content of a first member called "mimetype" that is stored as it is."""
    if len(head) < 30:
        return ""
    method, size, name_length, extra_length = struct.unpack_from("<8xH8xL4xHH", head)
    name_end = 30 + name_length
    if head[30:name_end] != b"mimetype" or method or size > 100:
        return ""
    return head[name_end + extra_length : name_end + extra_length + size].decode("ascii", "replace").strip()


def ole_names(file: BinaryIO) -> list[str]:
    """The names of the streams and storages in a compound file, the outermost first; none if it is damaged."""
    file.seek(0)
    head = file.read(_OLE_HEADER.size)
    if len(head) < _OLE_HEADER.size:
        return []
    shift, first, *fat_sectors = _OLE_HEADER.unpack(head)
    if shift not in _OLE_SECTOR_SHIFTS:
        return []
    sectors = _ole_chain(file, first, fat_sectors, shift)
    directory = b"".join(_ole_sector(file, sector, shift) for sector in sectors)
    return [
        _ole_name(directory[start : start + _OLE_ENTRY_BYTES]) for start in range(0, len(directory), _OLE_ENTRY_BYTES)
    ]


def _ole_chain(file: BinaryIO, first: int, fat_sectors: list[int], shift: int) -> Iterator[int]:
    """Sectors of the directory in their order; a chain that never ends is left after some hops."""
    per_sector = (1 << shift) // 4
    sector = first
    for _ in range(_MAX_OLE_SECTORS):
        if sector >= _OLE_LAST_SECTOR or sector // per_sector >= len(fat_sectors):
            return
        yield sector
        table = _ole_sector(file, fat_sectors[sector // per_sector], shift)
        position = sector % per_sector * 4
        if len(table) < position + 4:
            return
        (sector,) = struct.unpack_from("<L", table, position)


def _ole_sector(file: BinaryIO, sector: int, shift: int) -> bytes:
    file.seek((sector + 1) << shift)
    return file.read(1 << shift)


def _ole_name(entry: bytes) -> str:
    (length,) = struct.unpack_from("<H", entry.ljust(_OLE_ENTRY_BYTES, b"\0"), 64)
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
