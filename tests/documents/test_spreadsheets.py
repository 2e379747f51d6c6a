"""Cells of files that a spreadsheet opens without running anything in them."""

import csv
import io

import pytest

from documents.spreadsheets import guarded, line


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_becomes_a_formula(start):
    assert guarded(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


def test_what_is_harmless_stays_as_it_is():
    assert [guarded(value) for value in ("연차", "1 - 2", 0.5, "")] == ["연차", "1 - 2", "0.5", ""]


def test_number_below_zero_stays_a_number_and_nothing_is_empty():
    assert [guarded(value) for value in (-3, -0.5, None, "-3")] == ["-3", "-0.5", "", "'-3"]


def test_cells_of_several_lines_are_one_row():
    assert list(csv.reader(io.StringIO(line(["=1\n2", 'say "no"', None, -1])))) == [["'=1\n2", 'say "no"', "", "-1"]]
