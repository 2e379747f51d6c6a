"""Sentences of Korean and English text: where they end, and that no character is lost."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.sentences import sentence_spans

# Everything that the rules look at, and some that they do not.
ALPHABET = list("aB가하1.,!?…。！？\"'”’)]」 \n\t\u3000-") + ["e.g. ", "No. ", "3. ", "제1조. ", "Dr. "]
texts = st.lists(st.sampled_from(ALPHABET), max_size=60).map("".join)


def sentences(text):
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["One sentence.", "Another one!", "A third?"],
        ["연차는 15일입니다.", "남은 연차는 소멸합니다.", "예외가 있습니까?"],
        ["The rate is 3.14 percent.", "Version 2.0.1 came later."],
        ["See Fig. 3 for details.", "It is clear."],
        ["Mr. Kim and Dr. Lee met at 3 p.m. on Jan. 4 in St. Paul.", "They agreed."],
        ["Use a tool, e.g. a hammer, i.e. something heavy.", "Then stop."],
        ["He asked “Why?”", "She said “Because.”", "(They left.)", "All was well."],
        ["「정말입니까?」", "그렇습니다."],
        ["Wait...", "What?!", "Yes…", "No."],
        ["Mail hr@example.com or open www.example.com today.", "Thanks."],
        ["1. First point of the list.", "2. Second point of the list.", "가. 세부 항목입니다."],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(expected):
    assert sentences(" ".join(expected)) == expected
    assert sentences("\n".join(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("질문입니까？대답입니다。끝！", ["질문입니까？", "대답입니다。", "끝！"]),
        ("그는 「끝났다。」라고 했다。", ["그는 「끝났다。」", "라고 했다。"]),
        ("Heading without a mark\nText below it.", ["Heading without a mark", "Text below it."]),
        ("한 줄\n\n\n다음 줄", ["한 줄", "다음 줄"]),
        ("Sales of Apple Inc. rose. Costs fell.", ["Sales of Apple Inc. rose.", "Costs fell."]),
        ("Sizes, weights, etc.", ["Sizes, weights, etc."]),
        ("   \n\t ", []),
        ("", []),
        ("...", ["..."]),
    ],
)
def test_marks_and_breaks(text, expected):
    assert sentences(text) == expected


def test_korean_sentences_in_one_paragraph_are_told_apart():
    text = "신입 사원은 3개월간 수습입니다. 수습 중에는 재택근무를 할 수 없습니다. 단, 부서장은 예외로 할 수 있습니다."

    assert len(sentences(text)) == 3


@given(texts)
def test_spans_are_ordered_disjoint_and_trimmed(text):
    end_before = 0
    for start, end in sentence_spans(text):
        assert end_before <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        end_before = end


@given(texts)
def test_spans_cover_every_visible_character(text):
    covered = "".join(sentences(text))

    assert "".join(covered.split()) == "".join(text.split())


@pytest.mark.parametrize("unit", ["a. ", "e.g. ", "x", ". ", "가. ", "3. ", '."', "word "])
def test_time_grows_with_the_length_only(unit):
    started = time.perf_counter()

    sentence_spans(unit * 50_000)

    assert time.perf_counter() - started < 5
