"""Lines of CSV files for spreadsheets, in which no cell becomes a formula."""

import csv
import io
from collections.abc import Sequence

# Without it Excel reads UTF-8 as something else.
BOM = "\ufeff"
# With these a spreadsheet takes a cell for a formula, also in their full-width forms.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(value: object) -> str:
    """The text of a cell, behind an apostrophe if it could be a formula; a number may be below zero, None is empty."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(DANGEROUS) and not isinstance(value, int | float) else text


def line(cells: Sequence[object]) -> str:
    """One row of a file; add BOM before the first one."""
    row = io.StringIO()
    csv.writer(row).writerow([guarded(cell) for cell in cells])
    return row.getvalue()
