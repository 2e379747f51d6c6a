"""Hits into numbered passages."""

from chat.passages import MAX_CHARACTERS, Outline, numbered
from tests.chat.passages import hit

TEXT = "First sentence. Second sentence. Third sentence."
OUTLINES = {1: Outline((0, 30), ((16, "Second"),)), 2: Outline((0,))}


def piece(start: int, end: int, **overrides):
    return hit(TEXT[start:end], start=start, **overrides)


def test_overlapping_neighbours_become_one_passage_of_the_documents_own_text():
    [joined] = numbered([piece(16, 48), piece(0, 32)], OUTLINES)

    assert (joined.start, joined.end, joined.text) == (0, 48, TEXT)


def test_a_passage_inside_another_adds_nothing():
    [joined] = numbered([piece(0, 48), piece(16, 32)], OUTLINES)

    assert joined.text == TEXT


def test_passages_of_other_documents_and_apart_stay_apart_and_are_counted_from_one():
    found = numbered([piece(0, 15), piece(16, 32), piece(0, 15, document=2)], OUTLINES)

    assert [passage.number for passage in found] == [1, 2, 3]


def test_joined_passages_stay_within_bounds():
    long = "x" * MAX_CHARACTERS

    assert len(numbered([hit(long), hit(long, start=MAX_CHARACTERS)], OUTLINES)) == 2


def test_a_passage_knows_its_headings_and_pages():
    [passage] = numbered([piece(16, 48)], OUTLINES)

    assert passage.outline == ((16, "Second"),)
    assert [OUTLINES[1].page_of(offset) for offset in (0, 29, 30, 99)] == [1, 1, 2, 2]


def test_what_is_stored_of_a_passage_holds_no_text():
    [passage] = numbered([piece(0, 15)], OUTLINES)

    assert "First" not in str(passage.frozen())
