"""The query language: what is an operator, what stays words, and that anything can be read."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.filters import Filters
from search.queries import LONGEST_EXACT, MAX_LENGTH, MOST_EXACT, parse, understood
from tests.factories import make_collection, make_user


@pytest.mark.parametrize(
    ("raw", "text", "filters"),
    [
        ("연차 며칠", "연차 며칠", Filters()),
        ('"annual leave" days', "annual leave days", Filters(phrases=("annual leave",))),
        ("“연차 휴가”는", "연차 휴가 는", Filters(phrases=("연차 휴가",))),
        ('leave -sick -"paid leave"', "leave", Filters(excluded=("sick", "paid leave"))),
        ("title:rules 제목:규정", "", Filters(titles=("rules", "규정"))),
        ('title:"travel rules" who', "who", Filters(titles=("travel rules",))),
        ("type:pdf 종류:엑셀 type:.DOCX", "", Filters(types=("pdf", "spreadsheet", "word"))),
        ("종류:한글 언어:한국어", "", Filters(types=("hangul",), languages=("ko",))),
        ("language:EN", "", Filters(languages=("en",))),
        ("after:2024 before:2024-06", "", Filters(after=date(2024, 1, 1), before=date(2024, 6, 1))),
        ("이후：2024.03.31 이전:2025", "", Filters(after=date(2024, 3, 31), before=date(2025, 1, 1))),
        ("after:2023 after:2024 before:2026 before:2025", "", Filters(after=date(2024, 1, 1), before=date(2025, 1, 1))),
        ("TITLE:x", "", Filters(titles=("x",))),
    ],
)
def test_operators(raw, text, filters):
    query = parse(raw)

    assert (query.raw, query.text, query.filters, query.problems) == (raw, text, filters, ())


@pytest.mark.parametrize(
    "raw",
    ["a:b", "https://example.com/x?q=1", "10:30", "14:05-15:00", "subtitle:x", "-", "--dry-run", "- leave", "a-b",
     'x"y"z', "C:\\Users", "std::vector", "비율 3:1", "hr@example.com", "ratio: 2"],
)  # fmt: skip
def test_what_only_looks_like_an_operator_is_plain_words(raw):
    query = parse(raw)

    assert (query.text, query.filters, query.problems) == (raw, Filters(), ())


@pytest.mark.parametrize("raw", ['"annual leave', '""', '"', 'leave "', '"?!"'])
def test_quotes_without_an_end_or_a_word_are_plain_words(raw):
    assert (parse(raw).filters, parse(raw).problems) == (Filters(), ())


@pytest.mark.parametrize(
    ("raw", "words", "named"),
    [
        ("type:nonsense x", "type:nonsense x", "nonsense"),
        ("after:yesterday", "after:yesterday", "yesterday"),
        ("after:2024-13", "after:2024-13", "2024-13"),
        ("before:2024-02-30", "before:2024-02-30", "2024-02-30"),
        ("before:0000", "before:0000", "0000"),
        ("language:klingon", "language:klingon", "klingon"),
        ("title:", "title:", "title:"),
        ("-type:pdf", "-type:pdf", "-type:pdf"),
        ('collection:"No such"', "collection: No such", "No such"),
    ],
)
def test_what_is_not_understood_is_searched_and_named(raw, words, named):
    query = parse(raw)

    assert " ".join(query.text.split()) == words
    assert query.filters == Filters()
    (problem,) = query.problems
    assert named in problem


@pytest.mark.django_db
def test_collections_are_found_by_name_and_invisible_ones_are_unknown():
    alice = make_user("alice")
    rules = make_collection("인사 규정", readers=[alice])
    make_collection("Board")

    assert understood('collection:"인사  규정"', alice).filters.collections == (rules.pk,)
    secret, missing = (understood(f"문서함:{name}", alice) for name in ("Board", "Boare"))
    assert secret.filters.collections is missing.filters.collections is None
    assert secret.problems[0].replace("Board", "Boare") == missing.problems[0]


@given(st.text(alphabet=st.one_of(st.sampled_from('"-: “”：\x00titleypafr제목2024'), st.characters()), max_size=300))
def test_any_text_can_be_read(raw):
    query = parse(raw)

    assert query.raw == raw
    query.text.encode()
    assert "\x00" not in query.text
    assert len(query.text) <= 3 * MAX_LENGTH


def test_exact_wishes_are_few_and_short_and_the_rest_is_said():
    many = parse("leave " + " ".join(f'-a{i} "b{i}"' for i in range(MOST_EXACT)))
    long = parse(f'"{"휴" * LONGEST_EXACT}" "{"가" * (LONGEST_EXACT + 1)}"')

    assert len(many.filters.phrases) + len(many.filters.excluded) == MOST_EXACT
    assert many.text.split() == ["leave", *(f"b{i}" for i in range(MOST_EXACT))]
    assert long.filters.phrases == ("휴" * LONGEST_EXACT,)
    assert [len(query.problems) for query in (many, long)] == [1, 1]


@pytest.mark.parametrize("piece", ['"', "-", 'a:"', "-:", "title:", '-"a', "a", "“", " ", "after:2", "가"])
def test_long_texts_are_read_in_no_time(piece):
    started = time.perf_counter()

    parse(piece * 100_000)

    assert time.perf_counter() - started < 0.5


def test_a_part_of_a_collections_name_will_do_if_no_other_has_it():
    collections = {"인사 · HR": 1, "엔지니어링 · Engineering": 2, "엔지니어링 기록": 3}

    assert parse("collection:HR 휴가", collections).filters.collections == (1,)
    assert parse("collection:인사 휴가", collections).filters.collections == (1,)
    assert parse("collection:엔지니어링 휴가", collections).problems
    assert parse('collection:"" 휴가', collections).problems
