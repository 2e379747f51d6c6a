"""Spreadsheets (XLSX, XLS, XLSB, ODS): a sheet is a page under its name, a row is a line that carries its header."""

import datetime
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook, SheetMetadata, SheetTypeEnum, SheetVisibleEnum

from documents.extraction import Extraction
from documents.extraction.composition import MAX_CHARACTERS, Composition, paged
from documents.extraction.rows import MAX_ROWS, RowWriter, Span
from documents.extraction.workbooks import check_workbook
from documents.failure_codes import FailureCode, IndexingFailure

_MAX_SPANS = 100_000
_MAX_SHEETS = 1_000
_MAX_INDEX = 2_000_000


def read_spreadsheet(path: Path) -> Extraction:
    title = check_workbook(path)
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
