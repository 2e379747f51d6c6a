"""What of a passage can be quoted, and how it reads alone."""

import pytest

from chat.sentences import MAX_CHARACTERS, sentences
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


LIST = "Ask first. Paid holidays are:\n- New Year\n- 14 September"


def test_an_item_is_read_with_its_lead_and_judged_by_itself():
    found = sentences(passage(LIST, page_based=False))

    assert [sentence.shown for sentence in found[2:]] == [
        "Paid holidays are: New Year",
        "Paid holidays are: 14 September",
    ]
    assert [sentence.said for sentence in found[2:]] == ["New Year", "14 September"]
    assert LIST[found[3].start : found[3].end] == "14 September"


def test_a_lead_is_quoted_with_its_list():
    found = sentences(passage(LIST, page_based=False))[1]

    assert found.shown == "Paid holidays are:\n• New Year\n• 14 September"
    assert found.said == "Paid holidays are:"
    assert LIST[found.start : found.end] == "Paid holidays are:\n- New Year\n- 14 September"


def test_a_long_list_is_cut_behind_an_item():
    text = "They are:\n" + "\n".join(f"- item {number} {'x' * 90}" for number in range(9))
    found = sentences(passage(text, page_based=False))[0]

    assert found.end <= MAX_CHARACTERS
    assert found.shown.count("•") == 4
    assert text[: found.end].endswith("x")


def test_items_without_a_lead_that_promises_them_keep_it_as_context():
    found = sentences(passage("Holidays cost nothing.\n- New Year\n- 14 September", page_based=False))

    assert [sentence.shown for sentence in found] == ["Holidays cost nothing.", "New Year", "14 September"]
    assert "Holidays" in found[2].context


def test_a_sentence_of_running_text_knows_the_one_before():
    found = sentences(passage("The pump runs. It is loud.\n\nAnother paragraph.", page_based=False))

    assert [sentence.before for sentence in found] == ["", "The pump runs.", ""]


def test_a_long_sentence_is_quoted_by_its_clauses():
    clauses = [
        f"the {word} of the plant is kept in a building of its own beside the gate"
        for word in ("oil", "gas", "ice", "ash")
    ]
    text = "; ".join(clauses) + "."

    found = sentences(passage(text, page_based=False))

    assert [sentence.shown for sentence in found] == [*(f"{clause};" for clause in clauses[:3]), f"{clauses[3]}."]
    assert shown("Oil is here; gas is there.") == ["Oil is here; gas is there."]


def test_text_without_sentence_marks_is_quoted_in_pieces_that_end_with_words():
    text = " ".join(f"word{number}" for number in range(200))
    found = sentences(passage(text, page_based=False))

    assert all(sentence.end - sentence.start <= MAX_CHARACTERS for sentence in found)
    assert " ".join(sentence.shown for sentence in found) == text


def test_lines_without_a_letter_or_digit_are_nothing():
    assert shown("---\n***\nWords.", page_based=False) == ["Words."]
