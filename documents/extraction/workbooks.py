"""Refuses spreadsheets that would make their parser reserve memory for what is not there, or run in circles."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import olefile

from documents.extraction.archive import Archive
from documents.extraction.titles import sensible_title
from documents.extraction.wordml import child
from documents.failure_codes import FailureCode, IndexingFailure

_ZIP_MARK = b"PK"
# The parser keeps a sheet as one block from its first to its last cell, some 30 bytes for each.
_MAX_CELLS = 8_000_000
# Longer than any start tag of a cell.
_OVERLAP = 400
_FILLED_CELL = re.compile(rb'<(?:\w{1,20}:)?c\s[^<>]{0,100}?\br="([A-Z]{1,3})([0-9]{1,10})"[^<>]{0,200}(?<!/)>')
_STRINGS = "xl/sharedStrings.xml"
_STRING_COUNT = re.compile(rb'\buniqueCount="([0-9]{1,20})"')
_SHORTEST_STRING = 5  # <si/>

_LAST_SECTOR = 0xFFFFFFFA
_STREAMS = ("Workbook", "Book")


def check_workbook(path: Path) -> str:
    """The title that the properties state, if the file may be opened."""
    with path.open("rb") as file:
        is_zip = file.read(2) == _ZIP_MARK
    if is_zip:
        return _check_archive(path)
    _check_compound(path)
    return ""


def _check_archive(path: Path) -> str:
    with Archive(path) as archive:
        archive.refuse_encrypted()
        title = child(archive.parse("docProps/core.xml"), "title")
        if _STRINGS in archive:
            _refuse_promised_strings(archive)
        for name in archive.names:
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                _refuse_vast_sheet(archive, name)
    return sensible_title(title.text or "") if title is not None else ""


def _refuse_promised_strings(archive: Archive) -> None:
    count = _STRING_COUNT.search(next(archive.pieces(_STRINGS), b""))
    if count and int(count[1]) * _SHORTEST_STRING > archive.size(_STRINGS):
        raise IndexingFailure(FailureCode.DAMAGED, f"{count[1].decode()} strings promised")


def _refuse_vast_sheet(archive: Archive, name: str) -> None:
    columns: dict[bytes, int] = {}
    rows = 0
    for piece in _overlapping(archive.pieces(name)):
        for letters, digits in _FILLED_CELL.findall(piece):
            columns.setdefault(letters, _column_number(letters))
            rows = max(rows, int(digits))
        width = max(columns.values(), default=0) - min(columns.values(), default=0) + 1
        if rows * width > _MAX_CELLS:
            raise IndexingFailure(FailureCode.TOO_COMPLEX, f"{name}: {rows} rows of {width} cells")


def _overlapping(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """No tag is missed at the border of two pieces."""
    rest = b""
    for piece in pieces:
        yield rest + piece
        rest = piece[-_OVERLAP:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_compound(path: Path) -> None:
    """The parser follows chains of sectors for ever, whatever length a stream has."""
    try:
        with olefile.OleFileIO(str(path)) as file:
            if not file.num_difat_sectors and file.first_difat_sector < _LAST_SECTOR:
                raise IndexingFailure(FailureCode.DAMAGED, "sectors of a list that has none")
            file.loadminifat()
            for start in (file.first_dir_sector, file.first_mini_fat_sector, file.root.isectStart):
                _refuse_circle(file.fat, start)
            for name in filter(file.exists, _STREAMS):
                entry = file.direntries[file._find(name)]
                _refuse_circle(file.minifat if entry.is_minifat else file.fat, entry.isectStart)
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        # olefile raises all of these at files that lie about their structure.
        raise IndexingFailure(FailureCode.DAMAGED, repr(error)) from error


def _refuse_circle(following: Sequence[int], start: int) -> None:
    sector = start
    for _ in range(len(following) + 1):
        if sector >= len(following):
            return
        sector = following[sector]
    raise IndexingFailure(FailureCode.DAMAGED, f"the chain of sector {start} has no end")
