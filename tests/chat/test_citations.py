"""The filter over streamed marks, and how marks are tied to sentences."""

import random
import time

import pytest

from chat.citations import Mark, MarkFilter, claims

KNOWN = {1, 2, 3}

CASES = [
    ("plain text", "plain text"),
    ("fifteen days [1].", "fifteen days [1]."),
    ("fifteen days [9].", "fifteen days."),
    ("[9] at the start", " at the start"),
    ("both [1,2] here", "both [1][2] here"),
    ("both [1, 9] here", "both [1] here"),
    ("both [1][2]", "both [1][2]"),
    ("range [1-3]", "range [1][2][3]"),
    ("연차는 15일입니다【1】.", "연차는 15일입니다[1]."),
    ("as tools write 【2†source】 it", "as tools write [2] it"),
    ("twice [1, 1]", "twice [1]"),
    ("an array a[] and [x] and [12345]", "an array a[] and [x] and [12345]"),
    ("open [1", "open [1"),
    ("nested [[1]]", "nested [[1]]"),
    ("`a[9]` is code [1]", "`a[9]` is code [1]"),
    ("``a ` b[9]`` [9]", "``a ` b[9]``"),
    ("`never closed [9]\nnext [9]", "`never closed\nnext"),
    ("```\nx[9]\n```\nafter [9] [2]", "```\nx[9]\n```\nafter [2]"),
    ("~~~py\nx[9] ``` [9]\n~~~\n[3]", "~~~py\nx[9] ``` [9]\n~~~\n[3]"),
    ("```\nnever closed x[9]", "```\nnever closed x[9]"),
    ("- list [1]\n- other [9]\n", "- list [1]\n- other\n"),
    ("spaces   kept", "spaces   kept"),
    ("ends with space ", "ends with space "),
    ("year [2026]", "year [2026]"),
    ("number zero [0]", "number zero"),
]


def in_pieces(text: str, sizes: list[int]) -> list[str]:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(text[at : at + size])
        at += size
    return [*pieces, text[at:]]


def filtered(tokens: list[str]) -> tuple[str, list[Mark]]:
    marks = MarkFilter(KNOWN)
    return "".join(marks.feed(token) for token in tokens) + marks.flush(), marks.marks


@pytest.mark.parametrize(("written", "shown"), CASES)
def test_only_known_marks_pass_whole_or_letter_by_letter(written, shown):
    assert filtered([written])[0] == shown
    assert filtered(list(written))[0] == shown


@pytest.mark.parametrize(("written", "shown"), CASES)
def test_marks_are_read_however_the_text_is_split(written, shown):
    dice = random.Random(7)
    for _ in range(20):
        sizes = [dice.randint(0, 5) for _ in range(12)]

        assert filtered(in_pieces(written, sizes))[0] == shown


@pytest.mark.parametrize(("written", "shown"), CASES)
def test_marks_are_reported_where_they_stand(written, shown):
    text, marks = filtered(list(written))

    assert all(text[mark.start : mark.end] == f"[{mark.number}]" for mark in marks)
    assert all(mark.number in KNOWN for mark in marks)


def test_text_without_brackets_is_not_held_back():
    marks = MarkFilter(KNOWN)

    assert marks.feed("The ") + marks.feed("answer is") == "The answer is"


@pytest.mark.parametrize("unit", ["[", "`", "`a", " ", "[1", "[1]", "```\n", "~", "`a\n", "[1,", "【"])
def test_the_filter_is_linear_in_hostile_text(unit):
    tokens = [unit] * 40_000
    marks = MarkFilter(KNOWN)

    started = time.process_time()
    for token in tokens:
        marks.feed(token)
    marks.flush()

    assert time.process_time() - started < 4


def words(text: str) -> list[tuple[int, str]]:
    answer, marks = filtered([text])
    return [(claim.mark.number, answer[claim.start : claim.end]) for claim in claims(answer, marks)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Staff get 15 days.[1] Unused days lapse.[2]",
            [(1, "Staff get 15 days."), (2, "Unused days lapse.")],
        ),
        (
            "Staff get 15 days [1]. Unused days lapse [2].",
            [(1, "Staff get 15 days [1]."), (2, "Unused days lapse [2].")],
        ),
        (
            "연차는 15일입니다. [1]\n이월은 5일까지입니다. [2][3]",
            [(1, "연차는 15일입니다."), (2, "이월은 5일까지입니다."), (3, "이월은 5일까지입니다.")],
        ),
        (
            "Use it by December 31,[2] or carry five days over.[3]",
            [(2, "Use it by December 31,"), (3, " or carry five days over.")],
        ),
        ("[1] says fifteen days.", [(1, " says fifteen days.".strip())]),
        ("First line.\n[2] second line.", [(2, "second line.")]),
        ("연차는 15일[1]입니다.", [(1, "연차는 15일[1]입니다.")]),
        ("[1]", [(1, "")]),
    ],
)
def test_a_mark_stands_for_the_words_before_it(text, expected):
    assert words(text) == expected
