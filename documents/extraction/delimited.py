"""Tables as text (CSV, TSV): rows read like those of a spreadsheet; what is no table stays plain text."""

import csv
from collections.abc import Iterator
from pathlib import Path

from documents.extraction import Extraction
from documents.extraction.composition import MAX_CHARACTERS, Composition
from documents.extraction.encoding import decode
from documents.extraction.rows import MAX_ROWS, RowWriter

_DELIMITERS = ",;\t|"
_SAMPLE_CHARACTERS = 8_000
# More than this between two quotes is a quote that was never closed.
_MAX_FIELD = 100_000


def read_csv(path: Path) -> Extraction:
    return _read(path, "")


def read_tsv(path: Path) -> Extraction:
    return _read(path, "\t")


def _read(path: Path, delimiter: str) -> Extraction:
    text = decode(path.read_bytes()).replace("\0", "")
    composition = Composition()
    try:
        is_whole = RowWriter(composition).write(_rows(text, delimiter or _delimiter(text)))
    except csv.Error:
        is_whole = True
        composition = Composition()
        composition.add(text[:MAX_CHARACTERS])
    is_row_limit = not is_whole and not composition.is_cut
    return composition.extraction(notes=(f"row-limit:{MAX_ROWS}",) if is_row_limit else ())


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(_MAX_FIELD)
    for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter, skipinitialspace=True):
        yield [" ".join(field.split()) for field in row]


def _delimiter(text: str) -> str:
    sample = text[:_SAMPLE_CHARACTERS]
    try:
        return csv.Sniffer().sniff(sample, _DELIMITERS).delimiter
    except csv.Error:
        first = sample.partition("\n")[0]
        return max(_DELIMITERS, key=first.count)
