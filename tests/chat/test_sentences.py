"""What of a passage can be quoted, and how it reads alone."""

import pytest

from chat.sentences import sentences
from documents.extraction.media_types import XLSX
from tests.chat.passages import passage

RULES = "Leave\nStaff get 15 days. Unused days\nlapse at the end of the year.\nNotice\n• Holiday: 14 September"


def shown(text: str, **overrides) -> list[str]:
    return [sentence.shown for sentence in sentences(passage(text, **overrides))]


def test_headings_are_not_quoted_but_say_what_follows_is_about():
    found = sentences(passage(RULES, headings=("Leave", "Notice"), page_based=False))

    assert "Leave" not in [sentence.shown for sentence in found]
    assert found[0].context == "Rules Leave "
    assert found[-1].context == "Rules Notice "


def test_offsets_are_those_of_the_document():
    found = sentences(passage(RULES, start=1000, page_based=False))

    for sentence in found:
        assert RULES[sentence.start - 1000 : sentence.end - 1000] == sentence.shown


@pytest.mark.parametrize(
    "lines",
    [
        "한 해 동안 80퍼센트 이상 출근한 모든 직원에게는 다음 해 첫날에 십오 일의 유급 휴가를\n줍니다.",
        "Every employee who was present on at least eighty percent of the working days of a year\nreceives leave.",
    ],
)
def test_wrapped_lines_of_a_page_are_one_sentence(lines):
    assert shown(f"Start here.\n{lines}") == ["Start here.", lines.replace("\n", " ")]


def test_short_lines_of_a_page_are_not_joined():
    assert shown("Scope.\nFirst line\nSecond line") == ["Scope.", "First line", "Second line"]


def test_a_row_is_read_with_the_names_of_its_columns():
    table = "Error | Meaning\n691 | wrong password\n720 | too late"

    assert shown(table, page_based=False) == ["Error: 691 · Meaning: wrong password", "Error: 720 · Meaning: too late"]


def test_rows_that_carry_their_header_are_quoted_one_by_one():
    rows = [
        f"Article: Long screw number {number} of steel | Time of delivery in weeks: {number}" for number in (1, 2, 3)
    ]
    sheet = "\n".join(["Article | Time of delivery in weeks", *rows])

    assert shown(sheet, media_type=XLSX) == [row.replace(" | ", " · ") for row in rows]
    assert {found.context.strip() for found in sentences(passage(sheet, media_type=XLSX))} == {"Rules"}
    assert shown("\n".join(rows[1:]), media_type=XLSX) == [row.replace(" | ", " · ") for row in rows[1:]]


def test_a_row_of_another_shape_is_read_without_names():
    assert shown("a | b\n1 | 2 | 3", page_based=False) == ["1 · 2 · 3"]


def test_a_row_without_a_head_is_none():
    assert shown("691 | wrong password", page_based=False) == ["691 · wrong password"]


def test_rows_of_a_page_without_cell_marks_are_read_below_their_head():
    table = (
        "Terms apply.\nOrder value Quotes Approver\nup to 1,000,000 won one Team lead\nup to 10,000,000 won two Head"
    )

    assert shown(table)[1] == "Order value Quotes Approver: up to 1,000,000 won one Team lead"


def test_bullets_are_dropped_and_their_lead_is_context():
    found = sentences(passage("Paid holidays are:\n• New Year\n• 14 September", page_based=False))

    assert [sentence.shown for sentence in found[1:]] == ["New Year", "14 September"]
    assert "Paid holidays" in found[2].context


def test_lines_without_a_letter_or_digit_are_nothing():
    assert shown("---\n***\nWords.", page_based=False) == ["Words."]
