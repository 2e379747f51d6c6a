"""HWP 5 (Hangul as an OLE file) as text: paragraphs, headings, tables as rows, footnotes, text boxes.

Headers and footers and hidden comments are no text. Numbers that Hangul draws before paragraphs are not stored.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import olefile

from documents.extraction import Extraction
from documents.extraction.composition import Composition
from documents.extraction.hwp_records import Record, inflate, read_tree
from documents.extraction.style_names import MAX_HEADING, named_level
from documents.extraction.titles import sensible_title
from documents.failure_codes import FailureCode, IndexingFailure

_SIGNATURE = b"HWP Document File"
_COMPRESSED = 1 << 0
# Password, distribution copy, rights management, certificates.
_PROTECTED = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8 | 1 << 10
_MAX_TOTAL_BYTES = 200_000_000
_PROPERTIES = "\x05HwpSummaryInformation"
_TITLE_PROPERTY = 2
_SECTION = re.compile(r"Section([0-9]{1,5})")

_PARA_SHAPE, _STYLE = 25, 26
_PARA_HEADER, _PARA_TEXT, _CTRL_HEADER, _LIST_HEADER = 66, 67, 71, 72
_SHAPE_COMPONENT, _TABLE = 76, 77
_OUTLINE = 1

# Names of controls are stored back to front.
_TABLE_CONTROL = b" lbt"
_NOTE_CONTROLS = (b"  nf", b"  ne")
_DRAWING_CONTROL = b" osg"
_NOTE_MARK = "※ "

_TAB = 9
# These take one character; all others below the space take eight.
_SHORT_CONTROLS = {0: "", 10: "\n", 13: "", 24: "-", 25: "", 26: "", 27: "", 28: "", 29: "", 30: " ", 31: " "}
_LONG_CONTROL_UNITS = 8


def read_hwp(path: Path) -> Extraction:
    try:
        with olefile.OleFileIO(str(path)) as file:
            is_compressed = _check_header(_stream(file, "FileHeader"))
            levels = _heading_levels(_records(file, "DocInfo", is_compressed))
            reader = _Reader(levels)
            for name in _section_names(file):
                reader.read_blocks(_records(file, name, is_compressed))
            title = _stated_title(file)
    except (OSError, struct.error, IndexError, ValueError, TypeError) as error:
        # olefile raises all of these at files that lie about their structure.
        raise IndexingFailure(FailureCode.DAMAGED, repr(error)) from error
    return reader.composition.extraction(title)


def _stated_title(file: olefile.OleFileIO) -> str:
    if not file.exists(_PROPERTIES):
        return ""
    try:
        title = file.getproperties(_PROPERTIES).get(_TITLE_PROPERTY)
    except (OSError, struct.error, LookupError, ValueError, TypeError):  # the text is there all the same
        return ""
    return sensible_title(title) if isinstance(title, str) else ""


def _stream(file: olefile.OleFileIO, name: str) -> bytes:
    if file.get_type(name) != olefile.STGTY_STREAM:
        raise IndexingFailure(FailureCode.DAMAGED, f"no stream {name}")
    if file.get_size(name) > _MAX_TOTAL_BYTES:
        raise IndexingFailure(FailureCode.DAMAGED, f"{name} states {file.get_size(name)} bytes")
    return bytes(file.openstream(name).read())


def _check_header(header: bytes) -> bool:
    """Whether the other streams are compressed."""
    if not header.startswith(_SIGNATURE) or len(header) < 40:
        raise IndexingFailure(FailureCode.DAMAGED, "no signature")
    (flags,) = struct.unpack_from("<L", header, 36)
    if flags & _PROTECTED:
        raise IndexingFailure(FailureCode.ENCRYPTED, f"flags {flags:#x}")
    return bool(flags & _COMPRESSED)


def _records(file: olefile.OleFileIO, name: str, is_compressed: bool) -> list[Record]:
    data = _stream(file, name)
    return read_tree(inflate(data) if is_compressed else data)


def _section_names(file: olefile.OleFileIO) -> list[str]:
    numbers = {
        int(match[1]) for path in file.listdir() if path[0] == "BodyText" and (match := _SECTION.match(path[-1]))
    }
    if not numbers:
        raise IndexingFailure(FailureCode.DAMAGED, "no section")
    return [f"BodyText/Section{number}" for number in sorted(numbers)]


@dataclass(frozen=True, slots=True)
class _Levels:
    """Heading levels by the numbers of styles and of paragraph shapes; 0 is no heading."""

    styles: list[int] = field(default_factory=list)
    shapes: list[int] = field(default_factory=list)

    def of(self, header: bytes) -> int:
        if len(header) < 11:
            return 0
        shape, style = struct.unpack_from("<HB", header, 8)
        named = self.styles[style] if style < len(self.styles) else 0
        return named or (self.shapes[shape] if shape < len(self.shapes) else 0)


def _heading_levels(records: list[Record]) -> _Levels:
    levels = _Levels()
    for record in _all(records):
        if record.tag == _STYLE:
            levels.styles.append(max(map(named_level, _style_names(record.data)), default=0))
        elif record.tag == _PARA_SHAPE:
            levels.shapes.append(_outline_level(record.data))
    return levels


def _all(records: list[Record]) -> Iterator[Record]:
    for record in records:
        yield record
        yield from _all(record.children)


def _style_names(data: bytes) -> Iterator[str]:
    """The Korean and the English name of a style."""
    position = 0
    for _ in range(2):
        if position + 2 > len(data):
            return
        (length,) = struct.unpack_from("<H", data, position)
        yield data[position + 2 : position + 2 + 2 * length].decode("utf-16-le", "replace")
        position += 2 + 2 * length


def _outline_level(data: bytes) -> int:
    if len(data) < 4:
        return 0
    (attributes,) = struct.unpack_from("<L", data)
    return (attributes >> 25 & 7) + 1 if attributes >> 23 & 3 == _OUTLINE else 0


class _Reader:
    """Reads paragraphs in document order into a composition."""

    def __init__(self, levels: _Levels) -> None:
        self.composition = Composition()
        self._levels = levels

    def read_blocks(self, records: list[Record]) -> None:
        for record in records:
            if record.tag == _PARA_HEADER:
                self._read_paragraph(record)

    def _read_paragraph(self, paragraph: Record) -> None:
        text = _paragraph_text(paragraph).strip()
        level = self._levels.of(paragraph.data)
        if level and 0 < len(text) <= MAX_HEADING:
            self.composition.add_heading(text, level)
        else:
            self.composition.add(text)
        for control in paragraph.children:
            if control.tag == _CTRL_HEADER:
                self._read_control(control)

    def _read_control(self, control: Record) -> None:
        name = control.data[:4]
        if name == _TABLE_CONTROL:
            self._read_table(control)
        elif name in _NOTE_CONTROLS:
            line = _flat_text(control.children)
            self.composition.add(_NOTE_MARK + line if line else "")
        elif name == _DRAWING_CONTROL:
            self._read_drawing(control)

    def _read_drawing(self, drawing: Record) -> None:
        """Text boxes, also those in groups of drawings."""
        self.read_blocks(drawing.children)
        for part in drawing.children:
            if part.tag == _SHAPE_COMPONENT:
                self._read_drawing(part)

    def _read_table(self, control: Record) -> None:
        caption, cells = _cells(control)
        self.read_blocks(caption)
        for _row, row in groupby(cells, key=lambda cell: cell.row):
            row_cells = list(row)
            if len(row_cells) == 1:  # a frame around paragraphs
                self.read_blocks(row_cells[0].paragraphs)
                continue
            texts = [_flat_text(cell.paragraphs) for cell in row_cells]
            self.composition.add(" | ".join(texts) if any(texts) else "", "table")
            for cell in row_cells:
                self._read_controls_of(cell.paragraphs)

    def _read_controls_of(self, paragraphs: list[Record]) -> None:
        for paragraph in paragraphs:
            for control in paragraph.children:
                if control.tag == _CTRL_HEADER:
                    self._read_control(control)


@dataclass(frozen=True, slots=True)
class _Cell:
    row: int
    paragraphs: list[Record] = field(default_factory=list)


def _cells(control: Record) -> tuple[list[Record], list[_Cell]]:
    """The paragraphs of the caption, and the cells as they are stored: row by row."""
    caption: list[Record] = []
    cells: list[_Cell] = []
    is_inside = False
    for record in control.children:
        if record.tag == _TABLE:
            is_inside = True
        elif record.tag == _LIST_HEADER and is_inside and len(record.data) >= 12:
            # 8 bytes for every list of paragraphs, then the column and the row of the cell.
            cells.append(_Cell(struct.unpack_from("<H", record.data, 10)[0]))
        elif record.tag == _PARA_HEADER:
            (cells[-1].paragraphs if cells else caption).append(record)
    return caption, cells


def _flat_text(paragraphs: list[Record]) -> str:
    """Paragraphs on one line, without the tables and notes inside them."""
    return " ".join(" ".join(_paragraph_text(item) for item in paragraphs if item.tag == _PARA_HEADER).split())


def _paragraph_text(paragraph: Record) -> str:
    return "".join(_text(part.data) for part in paragraph.children if part.tag == _PARA_TEXT)


def _text(data: bytes) -> str:
    """The characters of a paragraph without its controls."""
    units = struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])
    pieces = []
    start = index = 0
    while index < len(units):
        unit = units[index]
        if unit >= 32:
            index += 1
            continue
        pieces.append(data[2 * start : 2 * index].decode("utf-16-le", "replace"))
        pieces.append("\t" if unit == _TAB else _SHORT_CONTROLS.get(unit, ""))
        index += 1 if unit in _SHORT_CONTROLS else _LONG_CONTROL_UNITS
        start = index
    pieces.append(data[2 * start :].decode("utf-16-le", "replace"))
    return "".join(pieces)
