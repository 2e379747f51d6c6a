import time
from dataclasses import dataclass

import pytest

from documents.extraction.cleaning import clean
from documents.extraction.lines import HYPHEN, Line, mend

SIZE = 10.0
FULL = "the words of this line reach as far as the margin of the page does"


@dataclass(frozen=True)
class Row:
    """A line as it is drawn: Latin letters half as wide as high, Hangul as wide as high."""

    text: str
    left: float = 0
    size: float = SIZE
    leading: float = 1.2
    gap_before: str = ""
    turn: int = 0


def width(text, size=SIZE):
    return size * sum(1.0 if "가" <= character <= "힣" else 0.5 for character in text)


def mended(*rows):
    rows = [row if isinstance(row, Row) else Row(row) for row in rows]
    raw = "\r\n".join(row.text for row in rows)
    lines, start, baseline = [], 0, 800.0
    for row in rows:
        baseline -= row.leading * row.size
        before = row.text.partition(row.gap_before)[0] if row.gap_before else ""
        gap = 3 * row.size if row.gap_before else 0
        visible = row.text.rstrip()
        lines.append(
            Line(
                start=start,
                end=start + len(row.text),
                left=row.left,
                right=row.left + width(visible, row.size) + gap,
                baseline=baseline,
                size=row.size,
                first_word=width(visible.split()[0], row.size),
                cell=row.left + width(before, row.size) + gap,
                turn=row.turn,
            )
        )
        start += len(row.text) + 2
    text = mend(raw, lines)
    assert len(text) == len(raw)
    return clean(text)


def breaks_after(*rows):
    """The last words of the lines that keep their end."""
    return [line.split()[-1] for line in mended(*rows).split("\n")[:-1]]


def test_lines_of_a_paragraph_become_one_with_a_space_for_each_line_end():
    assert mended(FULL, FULL, "and end here.") == f"{FULL} {FULL} and end here."


def test_a_space_that_the_file_has_is_not_doubled():
    assert mended(FULL + " ", "and end here.") == f"{FULL} and end here."


@pytest.mark.parametrize(
    "following",
    [
        "• an item of a list",
        "- an item of a list",
        "3. an item of a list",
        "(a) an item of a list",
        "① 목록의 항목",
        "가. 목록의 항목",
        "제3조 (목적)",
        "Item 2. Properties",
        "| a | table |",
        "1,024 2,048 4,096",
        Row("smaller words", size=8),
        Row("larger words", size=14),
        Row("indented words", left=20),
        Row("words far below", leading=4),
        Row("words above", leading=-5),
        Row("turned words", turn=90),
        Row("a row with a gap", gap_before=" gap"),
    ],
)
def test_a_full_line_ends_where_something_else_begins(following):
    assert breaks_after(FULL, FULL, FULL, following)[-1:] == ["does"]


@pytest.mark.parametrize(
    "line",
    [
        "a short line",
        "The first words of the next line would have fitted behind this",
        Row("THE WORDS OF THIS LINE REACH AS FAR AS THE MARGIN OF THE PAGE DOES"),
        "Contents of the parts of the whole .................................. 12",
        "Revenue 1,024 2,048 4,096 8,192 16,384 32,768 65,536 131,072 262,144",
        Row("a row whose last cell reaches the margin of the page", gap_before=" margin"),
    ],
)
def test_what_was_not_wrapped_keeps_its_end(line):
    assert mended(FULL, FULL, FULL, line, "and words").endswith("\nand words")


def test_an_item_goes_on_under_its_words_and_a_paragraph_left_of_its_first_line():
    item = Row("• words of an item which reach as far as the margin of the page does")
    indented = Row(FULL[:62], left=20)

    assert breaks_after(FULL, item, Row("and its end", left=15)) == ["does"]
    assert breaks_after(indented, FULL, FULL) == []


def test_a_cell_goes_on_under_itself_only():
    row = Row("Travel expenses are refunded at cost by the office of the company", gap_before=" are")
    cell = row.left + width("Travel expenses") + 3 * SIZE

    assert mended(FULL, FULL, FULL, row, Row("and at once", left=cell)).endswith("company and at once")
    assert mended(FULL, FULL, FULL, row, "and at once").endswith("company\nand at once")


def test_paragraphs_that_stand_a_little_apart_stay_apart():
    ends = f"{FULL[:-5]} end."

    assert breaks_after(FULL, ends, Row(FULL, leading=1.6), FULL, "and so on") == ["end."]


def test_the_longest_line_of_a_list_is_not_wrapped():
    lines = ("Kim Yuna", "The Committee for Equipment and Buildings", "Park Jisung", "Son Heungmin")

    assert len(mended(*lines).split("\n")) == 4


def test_a_narrow_column_beside_wide_text_has_its_own_margin():
    narrow = [
        Row(text, left=200)
        for text in (
            "a column of words that is narrow",
            "and stands beside the wide text",
            "with a margin of its own there",
            "and its end",
        )
    ]

    assert breaks_after(FULL * 2, FULL * 2, *narrow)[-1] == "does"
    assert mended(FULL * 2, FULL * 2, *narrow).endswith("own there and its end")


def test_korean_words_are_put_together_where_lines_are_cut_at_any_syllable():
    lines = (
        "직원은 다음 날까지 신청서를 인사팀에 제",
        "출하며 사본은 따로 보관하였다가 다시 확",
        "인하고 두 해가 지난 다음에 비로소 없앤다",
        "고 적는다",
    )

    assert mended(*lines) == "".join(lines)


def test_a_korean_word_is_put_together_where_other_lines_end_with_a_space():
    lines = ("직원은 다음 날까지 신청서를 인사팀에 모두 ", "내고 신청서의 사본은 따로 보관하였다가 제", "출한다")

    assert mended(*lines) == "".join(lines)


def test_korean_words_stay_apart_where_little_is_known():
    lines = ("직원은 다음 날까지 신청서를 인사팀장에게", "서면으로 제출한다")

    assert mended(*lines) == " ".join(lines)


def test_korean_words_stay_apart_where_lines_end_with_words():
    lines = (
        "직원은 다음 날까지 신청서를 인사팀장에게",
        "서면으로 제출하고 사본은 반드시 따로",
        "보관하였다가 확인한다",
    )

    assert mended(*lines) == " ".join(lines)


def test_a_compound_cut_at_its_hyphen_has_no_space():
    assert mended(FULL, FULL, f"{FULL[:-9]} Form 10-", "Q which").endswith("Form 10-Q which")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stock@based pay", "stock-based pay"),
        ("The information is: infor@mation", "The information is: information"),
        ("infor@mation, reg@ulation and sen@tences", "information, regulation and sentences"),
        (
            "infor@mation, reg@ulation, long@term, a long-term plan",
            "information, regulation, long-term, a long-term plan",
        ),
        (
            "non@GAAP, anti@Trust, pre@2020, a@b, in@formation, sen@tence, reg@ulation",
            "non-GAAP, anti-Trust, pre-2020, ab, information, sentence, regulation",
        ),
    ],
)
def test_hyphens_at_line_ends_vanish_only_inside_words(text, expected):
    assert clean(mend(text.replace("@", HYPHEN), [])) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "a" * 300_000,
        HYPHEN * 300_000,
        f"a{HYPHEN}" * 150_000,
        " " * 300_000,
        "A" * 300_000 + "a",
        "-" * 300_000,
        ".'" * 150_000,
    ],
)
def test_time_grows_with_the_page_and_not_faster(raw):
    started = time.monotonic()

    half = len(raw) // 2
    raw = f"{raw[:half]}\r\n{raw[half:]}"
    lines = [
        Line(start, end, 0, 500, baseline, SIZE, 500, 0)
        for start, end, baseline in ((0, half, 100), (half + 2, len(raw), 90))
    ]
    mend(raw, lines)

    assert time.monotonic() - started < 20
