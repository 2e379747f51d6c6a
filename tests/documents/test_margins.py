"""Running heads and feet: found by repetition, kept in the page, blank in windows."""

import random
import time

import pytest

from documents import pages
from documents.extraction import ExtractedPage, Heading, completion
from documents.extraction.margins import find_margins, with_margins
from documents.extraction.media_types import PDF, PPTX, XLSX
from documents.models import Page

WORDS = ["휴가", "규정", "신청", "rules", "office", "report", "승인", "travel", "costs", "team"]


def body(page, lines=8):
    """Lines that differ from page to page."""
    dice = random.Random(page)
    return [" ".join(dice.choices(WORDS, k=9)) + f" {dice.randrange(9999)}" for _ in range(lines)]


def margins(*page_lines):
    """What was found, as the texts of the lines, page by page."""
    texts = ["\n".join(lines) for lines in page_lines]
    found = find_margins(texts)
    return [[text[start:end] for start, end in spans] for text, spans in zip(texts, found, strict=True)]


def test_heads_and_feet_that_repeat_are_found():
    found = margins(*(["ACME Corp. – 내부용", *body(n), f"Page {n} of 5"] for n in range(1, 6)))

    assert found == [["ACME Corp. – 내부용", f"Page {n} of 5"] for n in range(1, 6)]


@pytest.mark.parametrize(
    "foot", ["- {} -", "{}", "{} / 12", "Page {} of 12", "제{}쪽", "Form 10-Q | {}", "2024-03-01 · {}"]
)
def test_numbers_that_count_with_the_pages_are_the_same_line(foot):
    assert margins(*([*body(n), foot.format(n)] for n in range(3, 9))) == [[foot.format(n)] for n in range(3, 9)]


def test_roman_page_numbers_count_too():
    assert margins(*([*body(n), roman] for n, roman in enumerate(["ii", "iii", "iv", "v"]))) == [
        ["ii"], ["iii"], ["iv"], ["v"],
    ]  # fmt: skip


def test_last_rows_of_tables_are_no_feet():
    assert margins(*([*body(n), f"Total {n * 7919 % 1000}"] for n in range(1, 9))) == [[]] * 8
    assert margins(*([*body(n), f"{n * 7919 % 1000}"] for n in range(1, 9))) == [[]] * 8


def test_first_lines_that_only_look_alike_are_no_heads():
    pages_of_articles = [[f"Article {n * 3}. The fee is {n * 7919 % 1000}.", *body(n)] for n in range(1, 9)]

    assert margins(*pages_of_articles) == [[]] * 8


def test_cover_without_a_foot_changes_nothing_for_the_others():
    found = margins(["Annual report"], *([*body(n), f"{n}"] for n in range(2, 7)))

    assert found == [[], ["2"], ["3"], ["4"], ["5"], ["6"]]


def test_heads_of_chapters_are_found_on_their_pages():
    heads = ["1. Leave"] * 5 + ["2. Travel"] * 5 + ["3. Other"] * 2 + ["4. Rest"] * 5

    found = margins(*([head, *body(n)] for n, head in enumerate(heads)))

    assert found == [[head] if head != "3. Other" else [] for head in heads]


def test_heads_of_left_and_right_pages_are_found():
    heads = ["The book", "The chapter"] * 5

    assert margins(*([head, *body(n)] for n, head in enumerate(heads))) == [[head] for head in heads]


@pytest.mark.parametrize("title", ["Section {}", "제{}절", "Chapter {}: Leave", "제 {} 장 휴가"])
def test_titles_of_parts_that_are_one_page_long_are_no_heads(title):
    assert margins(*([title.format(n), *body(n)] for n in range(1, 9))) == [[]] * 8


def test_running_head_stays_where_its_part_begins():
    heading = Heading(0, 1, "Leave rules")
    named = [ExtractedPage(n, "\n".join(["Leave rules", *body(n)]), (heading,) if n == 1 else ()) for n in range(1, 6)]

    assert [bool(page.margins) for page in with_margins(named)] == [False, True, True, True, True]


def test_a_line_counts_only_up_to_the_first_that_does_not_repeat():
    found = margins(*([*body(n, 1), "Notes", *body(n + 50)] for n in range(6)))

    assert found == [[]] * 6


def test_short_documents_have_none():
    assert margins(["Head", *body(1)], ["Head", *body(2)]) == [[], []]


def test_pages_that_say_the_same_keep_their_text():
    assert margins(*(["Form A", "Name", "Date", "Place", "Reason", "Signed"] for _ in range(6))) == [[]] * 6
    assert margins(*(["Form A", "Name"] for _ in range(6))) == [[]] * 6


def test_sheets_have_no_heads_and_slides_have():
    found = tuple(
        ExtractedPage(n, "\n".join(["이름 | 부서 | 금액", *body(n)])) for n in range(1, 6)
    )  # fmt: skip

    def margins_as(media_type):
        extraction = completion.Extraction(found, page_based=True)
        done = completion.completed(extraction, None, media_type, "", lambda done, total: None)
        return {page.margins for page in done.pages}

    assert margins_as(XLSX) == {()}
    assert margins_as(PDF) == margins_as(PPTX) == {((0, 12),)}


def test_margins_that_a_reader_named_itself_stay():
    named = [ExtractedPage(n, "Head\n" + "\n".join(body(n)), margins=((5, 9),)) for n in range(1, 6)]

    assert {page.margins for page in with_margins(named)} == {((5, 9),)}


def test_many_long_pages_take_little_time():
    texts = ["\n".join(["Head " * 9, *body(n, 60), f"{n}"]) for n in range(2_000)] + ["x\n" * 500_000]
    started = time.process_time()

    find_margins(texts)

    assert time.process_time() - started < 5


def page_rows(*extracted):
    rows, offset = [], 0
    for number, (text, spans) in enumerate(extracted, start=1):
        rows.append(Page(number=number, text=text, offset=offset, margins=[list(span) for span in spans]))
        offset += len(text) + 2
    return rows


FIRST = "Head 1\nAnnual leave is granted to everybody who has been\nwith the company and who has\n- 1 -"
SECOND = "Head 2\nworked for a whole year. New sentence here."
ROWS = ((FIRST, [(0, 6), (len(FIRST) - 5, len(FIRST))]), (SECOND, [(0, 6)]))


def test_windowed_text_is_as_long_and_blank_where_margins_stand():
    rows = page_rows(*ROWS)
    whole, windowed = pages.full_text(rows), pages.windowed_text(rows)

    assert len(windowed) == len(whole)
    assert "Head" not in windowed
    assert "- 1 -" not in windowed
    assert all(one == other or one == " " for one, other in zip(windowed, whole, strict=True))


def test_sentence_over_a_page_break_is_one_sentence_in_windowed_text():
    windowed = pages.windowed_text(page_rows(*ROWS))

    assert " ".join(windowed.split("\n")[-1].split()) == (
        "with the company and who has worked for a whole year. New sentence here."
    )


def test_page_that_ends_with_its_sentence_keeps_its_line_ends():
    rows = page_rows(("Leave is granted to everybody.\n- 1 -", [(31, 36)]), ("Another sentence.", []))

    assert pages.windowed_text(rows) == "Leave is granted to everybody.\n     \n\nAnother sentence."


def test_body_span_leaves_out_head_and_foot():
    row = page_rows(ROWS[0])[0]
    low, high = pages.body_span(row)

    assert row.text[low:high].startswith("Annual leave")
    assert row.text[low:high].endswith("who has")
