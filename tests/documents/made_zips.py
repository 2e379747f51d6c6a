"""Archives, good and hostile, as bytes."""

import io
import struct
import zipfile


def make_zip(files, *, compression=zipfile.ZIP_DEFLATED):
    """`files` maps names to content; an existing ZipInfo may stand for a name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, content)
    return buffer.getvalue()


def entry(name, *, mode=0o100644, flags=0):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.flag_bits |= flags
    return info


def old_windows_zip(names, encoding="cp949"):
    """Names in the encoding of the system, without a word on which."""
    placeholders = [bytes([ord("A") + number]) * len(name.encode(encoding)) for number, name in enumerate(names)]
    data = make_zip(
        {placeholder.decode(): f"Content of {name}" for placeholder, name in zip(placeholders, names, strict=True)}
    )
    for placeholder, name in zip(placeholders, names, strict=True):
        data = data.replace(placeholder, name.encode(encoding))
    return data


def encrypted_zip(files):
    """Marked as encrypted, which is all that is ever looked at."""
    data = bytearray(make_zip(files))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.find(mark)
        while position >= 0:
            data[position + offset] |= 1
            position = data.find(mark, position + 4)
    return bytes(data)


def lying_zip(name, content, *, size):
    """The directory and the member's head both name another size than the content has."""
    data = make_zip({name: content})
    return data.replace(struct.pack("<L", len(content)), struct.pack("<L", size))


def overlapping_zip(count):
    """All members share the bytes of the first."""
    data = make_zip({f"{number:03}.txt": b"x" * 1000 for number in range(count)})
    directory = bytearray(data[data.find(b"PK\x01\x02") :])
    position = 0
    for _number in range(count):
        struct.pack_into("<L", directory, position + 42, 0)
        position = directory.find(b"PK\x01\x02", position + 4)
    return data[: -len(directory)] + bytes(directory)
