"""Files of office formats, good and hostile, made for one test each."""

import struct
import zipfile
import zlib
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


def make_hwpx(path: Path, *sections: str, header: str = "", order: "tuple[int, ...] | None" = None) -> Path:
    """A HWPX of these sections' paragraphs; `order` is that of the spine."""
    root = 'xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph" xmlns:opf="http://www.idpf.org/2007/opf/"'
    numbers = range(len(sections))
    items = "".join(f'<opf:item id="s{number}" href="Contents/section{number}.xml"/>' for number in numbers)
    spine = "".join(f'<opf:itemref idref="s{number}"/>' for number in order or numbers)
    package = f"<opf:manifest>{items}</opf:manifest><opf:spine>{spine}</opf:spine>"
    members: dict[str, str | bytes] = {
        "Contents/content.hpf": f"<opf:package {root}>{package}</opf:package>",
        "Contents/header.xml": f"<hp:head {root}>{header}</hp:head>",
    }
    for number, section in enumerate(sections):
        members[f"Contents/section{number}.xml"] = f"<hp:sec {root}>{section}</hp:sec>"
    return make_zip(path, members, mark="application/hwp+zip")


def hwpx_paragraph(content: str, *objects: str, style: str = "0", shape: str = "0") -> str:
    inner = f"<hp:t>{content}</hp:t>{''.join(objects)}"
    return f'<hp:p styleIDRef="{style}" paraPrIDRef="{shape}"><hp:run>{inner}</hp:run></hp:p>'


def hwpx_table(*rows: tuple[str, ...]) -> str:
    """A table from the XML of the paragraphs in its cells."""
    cells = ["".join(f"<hp:tc><hp:subList>{cell}</hp:subList></hp:tc>" for cell in row) for row in rows]
    return f"<hp:tbl>{''.join(f'<hp:tr>{row}</hp:tr>' for row in cells)}</hp:tbl>"


def hwp_record(tag: int, level: int, data: bytes = b"") -> bytes:
    if len(data) < 0xFFF:
        return struct.pack("<L", tag | level << 10 | len(data) << 20) + data
    return struct.pack("<LL", tag | level << 10 | 0xFFF << 20, len(data)) + data


def hwp_paragraph(text: "str | bytes", level: int = 0, *, style: int = 0, shape: int = 0) -> bytes:
    data = text if isinstance(text, bytes) else text.encode("utf-16-le") + b"\r\0"
    header = struct.pack("<LLHB", len(data) // 2, 0, shape, style) + bytes(11)
    return hwp_record(66, level, header) + hwp_record(67, level + 1, data)


def hwp_control(name: str, level: int) -> bytes:
    return hwp_record(71, level, name.encode()[::-1] + bytes(42))


def hwp_table(level: int, *cells: tuple[int, int, bytes]) -> bytes:
    """A table from row, column and paragraphs (on this level + 1) of each cell."""
    parts = [hwp_control("tbl ", level), hwp_record(77, level + 1, bytes(22))]
    for row, column, paragraphs in cells:
        parts.append(hwp_record(72, level + 1, bytes(8) + struct.pack("<HHHH", column, row, 1, 1) + bytes(18)))
        parts.append(paragraphs)
    return b"".join(parts)


def hwp_style(name: str, english: str = "") -> bytes:
    names = b"".join(struct.pack("<H", len(text)) + text.encode("utf-16-le") for text in (name, english))
    return hwp_record(26, 1, names + bytes(8))


def make_hwp(path: Path, *sections: bytes, styles: bytes = b"", flags: int = 1, title: str = "") -> Path:
    """A HWP 5 file of these sections' records, compressed if the flags say so."""
    header = b"HWP Document File".ljust(32, b"\0") + struct.pack("<LL", 0x05000300, flags) + bytes(216)
    streams = {"FileHeader": header, "DocInfo": _packed(styles, flags)}
    streams |= {f"BodyText/Section{number}": _packed(data, flags) for number, data in enumerate(sections)}
    if title:
        streams["\x05HwpSummaryInformation"] = _properties(title)
    return make_ole(path, streams)


def _properties(title: str) -> bytes:
    """A property set that holds nothing but a title."""
    text = title.encode("utf-16-le") + b"\0\0"
    value = struct.pack("<LL", 31, len(text) // 2) + text.ljust(-(-len(text) // 4) * 4, b"\0")
    section = struct.pack("<LLLL", 16 + len(value), 1, 2, 16) + value
    return struct.pack("<HHL16sL", 0xFFFE, 0, 0, b"", 1) + struct.pack("<16sL", b"", 48) + section


def _packed(data: bytes, flags: int) -> bytes:
    if not flags & 1:
        # Padding to the smallest stream is read as a record, too.
        return data + hwp_record(0, 0, bytes(max(0, _SMALL_STREAM - len(data) - 8))) if len(data) < 4000 else data
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(data) + deflater.flush()


def make_xls(path: Path, *rows: "tuple[str | float, ...]", name: str = "S") -> Path:
    """A workbook of the old binary format with one sheet."""
    label = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    globals_length = 4 + 16 + 4 + 6 + len(label) + 4
    book = _biff(0x809, struct.pack("<HHHHLL", 0x600, 5, 0, 0, 0, 0))
    book += _biff(0x85, struct.pack("<LBB", globals_length, 0, 0) + label) + _biff(0x0A)
    sheet = _biff(0x809, struct.pack("<HHHHLL", 0x600, 0x10, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                sheet += _biff(0x204, place + text)
            else:
                sheet += _biff(0x203, place + struct.pack("<d", value))
    return make_ole(path, {"Workbook": book + sheet + _biff(0x0A)})


def _biff(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data
