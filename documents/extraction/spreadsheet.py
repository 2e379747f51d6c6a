"""Spreadsheets (XLSX, XLS, XLSB, ODS): a sheet is a page under its name, a row is a line that carries its header."""

import datetime
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook, SheetMetadata, SheetTypeEnum, SheetVisibleEnum

from documents.extraction import Extraction
from documents.extraction.archive import Archive
from documents.extraction.composition import MAX_CHARACTERS, Composition, paged
from documents.extraction.rows import MAX_ROWS, RowWriter, Span
from documents.extraction.titles import sensible_title
from documents.extraction.wordml import child
from documents.failure_codes import FailureCode, IndexingFailure

# calamine keeps a sheet as one block from its first to its last cell, some 30 bytes for each.
_MAX_CELLS = 8_000_000
_MAX_SPANS = 100_000
_MAX_SHEETS = 1_000
_MAX_INDEX = 2_000_000
_ZIP_MARK = b"PK"
_SCAN_BYTES = 1 << 20
# Longer than any start tag of a cell.
_SCAN_OVERLAP = 400
_FILLED_CELL = re.compile(rb'<(?:\w{1,20}:)?c\s[^<>]{0,100}?\br="([A-Z]{1,3})([0-9]{1,10})"[^<>]{0,200}(?<!/)>')
_STRING_COUNT = re.compile(rb'\buniqueCount="([0-9]{1,20})"')
_SHORTEST_STRING = 5  # <si/>


def read_spreadsheet(path: Path) -> Extraction:
    title = _check_archive(path) if _is_zip(path) else ""
    try:
        with CalamineWorkbook.from_object(path) as workbook:
            return _read(workbook, title)
    except python_calamine.PasswordError as error:
        raise IndexingFailure(FailureCode.ENCRYPTED, str(error)) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        code = FailureCode.TOO_COMPLEX if "limit exceeded" in str(error) else FailureCode.DAMAGED
        raise IndexingFailure(code, str(error)) from error
    except BaseException as error:
        # What a broken assumption of the parser becomes; it is no Exception and has no name to import.
        if type(error).__name__ != "PanicException":
            raise
        raise IndexingFailure(FailureCode.DAMAGED, str(error)) from error


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _ZIP_MARK


def _read(workbook: CalamineWorkbook, title: str) -> Extraction:
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    if len(sheets) > _MAX_SHEETS:
        raise IndexingFailure(FailureCode.TOO_COMPLEX, f"{len(sheets)} sheets")
    pages: list[Composition] = []
    cut = []
    left = MAX_CHARACTERS
    for metadata in visible:
        sheet = workbook.get_sheet_by_name(metadata.name)
        composition = Composition(left)
        composition.add_heading(sheet.name, 1)
        if sheet.start is not None and not _read_cells(sheet, sheet.start[1], composition):
            cut.append(sheet.name)
        left -= composition.length
        pages.append(composition)
    if all(sheet.length <= len(metadata.name) for sheet, metadata in zip(pages, visible, strict=True)):
        raise IndexingFailure(FailureCode.NO_TEXT, "nothing but empty sheets")
    return paged(pages, title, tuple(_notes(cut, [sheet for sheet in sheets if sheet not in visible])))


def _notes(cut: list[str], hidden: list[SheetMetadata]) -> Iterator[str]:
    if cut:
        yield f"row-limit:{MAX_ROWS} ({', '.join(cut)})"
    if hidden:
        yield f"hidden-sheets:{', '.join(sheet.name for sheet in hidden)}"


def _read_cells(sheet: CalamineSheet, first_column: int, composition: Composition) -> bool:
    """False if not all rows were read."""
    writer = RowWriter(composition, _spans(sheet, first_column))
    rows = islice(sheet.iter_rows(), _MAX_INDEX)
    return writer.write([as_text(cell) for cell in row] for row in rows) or composition.is_cut


def _spans(sheet: CalamineSheet, first_column: int) -> Iterable[Span]:
    for (top, left), (bottom, right) in (sheet.merged_cell_ranges or ())[:_MAX_SPANS]:
        if left >= first_column:
            yield Span(top, left - first_column, bottom, right - first_column)


def as_text(cell: object) -> str:
    """A cell on one line: whole numbers without a point, dates in ISO form."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ", "seconds").removesuffix(" 00:00:00").removesuffix(":00")
    return str(cell)


def _check_archive(path: Path) -> str:
    """Refuse what would be dangerous to open; the title the properties state."""
    with Archive(path) as archive:
        archive.refuse_encrypted()
        properties = archive.parse("docProps/core.xml")
        title = child(properties, "title")
    _check_promises(path)
    return sensible_title(title.text or "") if title is not None else ""


def _check_promises(path: Path) -> None:
    """Numbers in the file make calamine reserve memory before it has seen what they are for."""
    with zipfile.ZipFile(path) as members:
        for member in members.infolist():
            if member.filename == "xl/sharedStrings.xml":
                _refuse_promised_strings(members, member)
            elif member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                _refuse_vast_sheet(members, member)


def _refuse_promised_strings(members: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    with members.open(member) as part:
        count = _STRING_COUNT.search(part.read(_SCAN_BYTES))
    if count and int(count[1]) * _SHORTEST_STRING > member.file_size:
        raise IndexingFailure(FailureCode.DAMAGED, f"{count[1].decode()} strings promised")


def _refuse_vast_sheet(members: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    columns: dict[bytes, int] = {}
    rows = 0
    for piece in _pieces(members, member):
        for letters, digits in _FILLED_CELL.findall(piece):
            columns.setdefault(letters, _column_number(letters))
            rows = max(rows, int(digits))
        width = max(columns.values(), default=0) - min(columns.values(), default=0) + 1
        if rows * width > _MAX_CELLS:
            raise IndexingFailure(FailureCode.TOO_COMPLEX, f"{member.filename}: {rows} rows of {width} cells")


def _pieces(members: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part in pieces that overlap, so that no tag is missed at their borders."""
    rest = b""
    with members.open(member) as part:
        while data := part.read(_SCAN_BYTES):
            yield rest + data
            rest = data[-_SCAN_OVERLAP:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
