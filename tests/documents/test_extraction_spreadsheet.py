import datetime
import resource
import time

import pytest
import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from documents import notes
from documents.extraction import extract
from documents.extraction.detection import detect
from documents.extraction.media_types import CSV, ODS, TSV, XLS, XLSX
from documents.extraction.rows import MAX_ROWS
from documents.failure_codes import FailureCode, IndexingFailure
from tests.documents.made_files import read_here
from tests.documents.made_office import make_ole, make_xls, make_zip, workbook_parts


def make_xlsx(path, *rows, merged=(), name="휴가"):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        for area, text in merged:
            sheet.merge_range(area, text)
    return path


def text_of(path, media_type=XLSX):
    return read_here(path, media_type).pages[0].text


def failure_of(path, media_type=XLSX):
    with pytest.raises(IndexingFailure) as caught:
        read_here(path, media_type)
    return caught.value.code


def test_every_row_carries_the_words_of_its_header(tmp_path):
    path = make_xlsx(tmp_path / "a.xlsx", ["Name", "Department", "Days"], ["Kim", "HR", 15.0], ["Lee", "", 0.1 + 0.2])

    page = read_here(path, XLSX).pages[0]

    assert page.text == "휴가\n\nName | Department | Days\nName: Kim | Department: HR | Days: 15\nName: Lee | Days: 0.3"
    assert [(heading.level, heading.text) for heading in page.headings] == [(1, "휴가")]


def test_every_visible_sheet_is_a_page_under_its_name(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.set_properties({"title": "2026 휴가 현황"})
        for name in ("First", "Secret", "Last", "Empty"):
            sheet = book.add_worksheet(name)
            if name != "Empty":
                sheet.write(0, 0, f"words of {name}")
            if name == "Secret":
                sheet.hide()

    extraction = read_here(tmp_path / "a.xlsx", XLSX)

    assert extraction.page_based
    assert extraction.title == "2026 휴가 현황"
    assert [page.text for page in extraction.pages] == ["First\n\nwords of First", "Last\n\nwords of Last", "Empty"]
    assert "Secret" in notes.explain(extraction.notes[0])


def test_dates_truths_formulas_and_lines_read_as_people_write_them(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("S")
        day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["From", "At", "Paid", "Sum", "Share", "Remark"])
        sheet.write_datetime(1, 0, datetime.datetime.fromisoformat("2026-11-21"), day)
        sheet.write_datetime(1, 1, datetime.datetime.fromisoformat("2026-11-21 09:30"), moment)
        sheet.write_boolean(1, 2, True)
        sheet.write_formula(1, 3, "=1+1", None, 2)
        sheet.write_number(1, 4, 0.15, book.add_format({"num_format": "0%"}))
        sheet.write_string(1, 5, "two\nlines")

    assert text_of(tmp_path / "a.xlsx").split("\n")[-1] == (
        "From: 2026-11-21 | At: 2026-11-21 09:30 | Paid: TRUE | Sum: 2 | Share: 0.15 | Remark: two lines"
    )


def test_headers_of_two_rows_and_merged_cells_are_understood(tmp_path):
    path = make_xlsx(
        tmp_path / "a.xlsx",
        ["연차 사용 현황"],
        [],
        ["", "", ""],
        ["", "상반기", "하반기"],
        ["", 3, 4],
        ["", 5, 6],
        merged=[("A3:A4", "부서"), ("B3:C3", "2026년"), ("A5:A6", "인사팀")],
    )

    assert text_of(path).split("\n") == [
        "휴가", "", "연차 사용 현황", "",
        "부서 | 2026년 상반기 | 2026년 하반기",
        "부서: 인사팀 | 2026년 상반기: 3 | 2026년 하반기: 4",
        "부서: 인사팀 | 2026년 상반기: 5 | 2026년 하반기: 6",
    ]  # fmt: skip


def test_an_empty_row_keeps_the_header_unless_another_table_begins(tmp_path):
    path = make_xlsx(
        tmp_path / "a.xlsx",
        ["이름", "일수"],
        ["김", 1],
        [],
        ["이", 2],
        [],
        ["기준: 본사"],
        [],
        ["품목", "가격"],
        ["펜", 900],
    )

    lines = text_of(path).split("\n")[2:]
    assert lines[:3] == ["이름 | 일수", "이름: 김 | 일수: 1", "이름: 이 | 일수: 2"]
    assert lines[3:] == ["", "기준: 본사", "", "품목 | 가격", "품목: 펜 | 가격: 900"]


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([["Just a remark."], ["And another."]], ["Just a remark.", "", "And another."]),
        ([["Name", "Kim"], ["Department", "HR"]], ["Name | Kim", "Department | HR"]),
        ([[1, 2, 3], [4, 5, 6]], ["1 | 2 | 3", "4 | 5 | 6"]),
        ([["Kim", "HR", 15], ["Lee", "IT", 12]], ["Kim | HR | 15", "Lee | IT | 12"]),
        ([["구분", 2025, 2026], ["매출", 3, 4]], ["구분 | 2025 | 2026", "구분: 매출 | 2025: 3 | 2026: 4"]),
        ([["a", "", "c"], [1, 2, 3], [4, 5, 6]], ["a | c", "a: 1 | 2 | c: 3", "a: 4 | 5 | c: 6"]),
    ],
)
def test_only_what_looks_like_a_header_is_one(tmp_path, rows, lines):
    assert text_of(make_xlsx(tmp_path / "a.xlsx", *rows)).split("\n")[2:] == lines


def test_open_document_sheets_are_read(tmp_path):
    document = OpenDocumentSpreadsheet()
    table = Table(name="표")
    for values in (("이름", "일수"), ("김", 15), ("이", 12)):
        row = TableRow()
        for value in values:
            kind = {"valuetype": "float", "value": value} if isinstance(value, int) else {"valuetype": "string"}
            cell = TableCell(**kind)
            cell.addElement(P(text=str(value)))
            row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(tmp_path / "a")

    assert text_of(tmp_path / "a", ODS) == "표\n\n이름 | 일수\n이름: 김 | 일수: 15\n이름: 이 | 일수: 12"


def test_workbooks_of_the_old_binary_format_are_read(tmp_path):
    path = make_xls(tmp_path / "a", ("이름", "일수"), ("김", 15.0), ("이", 12.5), name="표")

    assert detect(path, "a.xls") == XLS
    assert text_of(path, XLS) == "표\n\n이름 | 일수\n이름: 김 | 일수: 15\n이름: 이 | 일수: 12.5"


def test_a_huge_stated_dimension_is_not_believed(tmp_path):
    sheet = '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="str"><v>words</v></c></row></sheetData>'

    assert text_of(make_zip(tmp_path / "a", workbook_parts(sheet))) == "S\n\nwords"


@pytest.mark.parametrize(
    ("sheet", "strings", "code"),
    [
        ('<c r="A1"><v>1</v></c><c s="1" r="XFD1048576"><v>1</v></c>', "", FailureCode.TOO_COMPLEX),
        ('<c r="A4294967295"><v>1</v></c>', "", FailureCode.TOO_COMPLEX),
        ('<c r="A1" t="s"><v>0</v></c>', ' count="4294967295" uniqueCount="4294967295"', FailureCode.DAMAGED),
        ('<c r="A1" t="s"><v>77</v></c>', "", FailureCode.DAMAGED),
        ("<c", "", FailureCode.NO_TEXT),
    ],
)
def test_sheets_that_promise_too_much_are_refused(tmp_path, sheet, strings, code):
    parts = workbook_parts(f'<sheetData><row r="1">{sheet}</row></sheetData>', strings=f"<sst{strings}/>")

    assert failure_of(make_zip(tmp_path / "a", parts)) == code


def test_entities_in_a_workbook_are_damage(tmp_path):
    parts = workbook_parts('<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>')
    parts["xl/sharedStrings.xml"] = (
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><sst><si><t>&x;</t></si></sst>'
    )

    assert failure_of(make_zip(tmp_path / "a", parts)) == FailureCode.DAMAGED


def test_bombs_and_ruins_are_refused(tmp_path):
    bomb = make_zip(tmp_path / "a", workbook_parts("") | {"xl/media/x": b"0" * 40_000_000})
    assert failure_of(bomb) == FailureCode.TOO_COMPLEX

    bomb.write_bytes(bomb.read_bytes()[:900])
    assert failure_of(bomb) == FailureCode.DAMAGED

    assert failure_of(make_ole(tmp_path / "b", {"Workbook": b"\xff" * 5000}), XLS) in (
        FailureCode.DAMAGED,
        FailureCode.NO_TEXT,
    )


def test_encrypted_open_documents_are_named_as_such(tmp_path):
    manifest = '<m xmlns="urn:x"><file-entry><encryption-data/></file-entry></m>'

    path = make_zip(tmp_path / "a", {"META-INF/manifest.xml": manifest, "content.xml": "<x/>"}, mark=ODS)

    assert failure_of(path, ODS) == FailureCode.ENCRYPTED


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        ("이름,일수\n김,15\n이,12\n".encode("cp949"), CSV),
        ("이름;일수\n김;15\n이;12\n".encode(), CSV),
        ("이름\t일수\n김\t15\n이\t12\n".encode("utf-16"), TSV),
        ('"이름","일수"\r\n"김","15"\r\n"이","12"\r\n'.encode("utf-8-sig"), CSV),
    ],
)
def test_delimited_text_is_read_like_a_sheet(tmp_path, content, media_type):
    (tmp_path / "a").write_bytes(content)

    extraction = read_here(tmp_path / "a", media_type)

    assert extraction.pages[0].text == "이름 | 일수\n이름: 김 | 일수: 15\n이름: 이 | 일수: 12"
    assert not extraction.page_based


def test_a_quote_that_is_never_closed_leaves_plain_text(tmp_path):
    (tmp_path / "a").write_text('a,b\n1,"' + "words\n" * 50_000)

    assert text_of(tmp_path / "a", CSV).endswith("words\nwords")


def test_the_rows_of_a_table_are_bounded_with_a_note(tmp_path):
    (tmp_path / "a").write_text("n,m\n" + "".join(f"{number},1\n" for number in range(MAX_ROWS + 5)))

    extraction = read_here(tmp_path / "a", CSV)

    assert extraction.pages[0].text.count("\n") == MAX_ROWS - 1
    assert str(MAX_ROWS) in notes.explain(extraction.notes[0])


@pytest.mark.slow
def test_fifty_thousand_rows_are_read_within_the_limits(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("직원")
        sheet.write_row(0, 0, [f"항목 {column}" for column in range(12)])
        for row in range(1, 50_001):
            sheet.write_row(row, 0, [f"값 {row}-{column}" if column % 2 else row * column for column in range(12)])
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, time.monotonic()

    text = extract(path, XLSX).pages[0].text

    assert "항목 1: 값 50000-1 |" in text
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 40, time.monotonic() - start
