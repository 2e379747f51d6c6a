"""Writes a picture as PNG with nothing but zlib: an imaging library would double the start-up of the child.

Rows are stored unfiltered, which for pages of text is smaller and faster than the usual choice per row.
"""

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _COLOUR = 0, 2
# Higher levels take twice the time for a tenth of the bytes.
_LEVEL = 3


def encode_png(rows: list[bytes], width: int) -> bytes:
    """A PNG of rows of red, green and blue bytes; a picture without colour is stored as a grey one."""
    kind = _COLOUR
    greys = [row[::3] for row in rows]
    if all(grey == row[1::3] == row[2::3] for grey, row in zip(greys, rows, strict=True)):
        kind, rows = _GREY, greys
    header = struct.pack(">IIBBBBB", width, len(rows), 8, kind, 0, 0, 0)
    # Each row is preceded by the number of its filter.
    body = zlib.compress(b"\0" + b"\0".join(rows), _LEVEL)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
