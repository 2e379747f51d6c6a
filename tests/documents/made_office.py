"""Files of office formats, good and hostile, made for one test each."""

import struct
import zipfile
from pathlib import Path

_SECTOR = 512
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
# Streams shorter than this would have to go into a second, smaller file system.
_SMALL_STREAM = 4096


def make_zip(path: Path, members: dict[str, "str | bytes"], *, mark: str = "") -> Path:
    """A zip of these members; `mark` is the content of a first member called mimetype."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if mark:
            archive.writestr("mimetype", mark, zipfile.ZIP_STORED)
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def make_ole(path: Path, streams: dict[str, bytes]) -> Path:
    """A compound file of these streams ("storage/stream"), which are padded so that none is a small one."""
    contents = {name: content.ljust(_SMALL_STREAM, b"\0") for name, content in streams.items()}
    storages = sorted({name.rpartition("/")[0] for name in contents} - {""})
    directory_sectors = (len(contents) + len(storages) + 1 + 3) // 4
    fat: list[int] = []
    starts = {}
    for name, content in contents.items():
        starts[name] = len(fat)
        _add_chain(fat, -(-len(content) // _SECTOR))
    first_directory = len(fat)
    _add_chain(fat, directory_sectors)
    fat_sectors = 1
    while len(fat) + fat_sectors > fat_sectors * 128:
        fat_sectors += 1
    first_fat = len(fat)
    fat += [_FAT] * fat_sectors
    fat += [_FREE] * (fat_sectors * 128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9L", 0, fat_sectors, first_directory, 0, _SMALL_STREAM, _END, 0, _END, 0)
    header += struct.pack("<109L", *[first_fat + n if n < fat_sectors else _FREE for n in range(109)])
    body = b"".join(content.ljust(-(-len(content) // _SECTOR) * _SECTOR, b"\0") for content in contents.values())
    directory = _directory(storages, contents, starts).ljust(directory_sectors * _SECTOR, b"\0")
    path.write_bytes(header + body + directory + struct.pack(f"<{len(fat)}L", *fat))
    return path


def _add_chain(fat: list[int], length: int) -> None:
    fat += [len(fat) + step for step in range(1, length)]
    fat.append(_END)


def _directory(storages: list[str], contents: dict[str, bytes], starts: dict[str, int]) -> bytes:
    """The entries of every level as one chain of right-hand neighbours."""
    names = ["", *storages, *contents]
    members = {parent: [n for n in names[1:] if n.rpartition("/")[0] == parent] for parent in ["", *storages]}
    entries = []
    for name in names:
        level = members.get(name.rpartition("/")[0], [])
        position = level.index(name) if name else 0
        right = names.index(level[position + 1]) if name and position + 1 < len(level) else _NONE
        child = names.index(members[name][0]) if members.get(name) else _NONE
        kind = 5 if not name else 1 if name in storages else 2
        label = (name.rpartition("/")[2] or "Root Entry").encode("utf-16-le") + b"\0\0"
        start, size = starts.get(name, _END if not name else 0), len(contents.get(name, b""))
        entry = label.ljust(64, b"\0") + struct.pack("<HBB3L", len(label), kind, 1, _NONE, right, child)
        entries.append(entry + bytes(36) + struct.pack("<LQ", start, size))
    return b"".join(entries)


def workbook_parts(sheet: str, *, strings: str = "<sst/>") -> dict[str, "str | bytes"]:
    """The members of an XLSX with one sheet of this XML."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    link = (
        '<Relationships xmlns="{0}/relationships"><Relationship Id="r1" Type="{1}/{2}" Target="{3}"/></Relationships>'
    )
    sheets = '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
    return {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": link.format(package, office, "officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": link.format(package, office, "worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">{sheets}</workbook>',
        "xl/sharedStrings.xml": strings,
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}">{sheet}</worksheet>',
    }
