"""Text into terms: what a Korean or English question and the passage that answers it have in common."""

import sys
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.terms import DIMENSIONS, _stem, analyse, content_terms, dimension, dimensions, query_terms

CODE = "ISO-27001"


def words(text):
    return set(content_terms(text))


@pytest.mark.parametrize(
    ("text", "kept", "dropped"),
    [
        ("연차는 회사가 줍니다.", {"연차", "회사", "주"}, {"는", "가", "연차는", "회사가", "줍니다"}),
        ("재택근무를 신청하려면 부서장에게", {"재택근무", "신청", "부서장"}, {"를", "에게", "려면"}),
        ("출장비의 정산 기한", {"출장비", "정산", "기한"}, {"의"}),
    ],
)
def test_korean_words_lose_their_particles_and_endings(text, kept, dropped):
    assert kept <= words(text)
    assert not dropped & words(text)


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("연차 며칠", "연차는 15일입니다"),
        ("보안 서약서", "보안서약서를 제출합니다"),
        ("travelling expenses", "Travel expense claims"),
        ("27001", "certified under ISO-27001:2022"),
        ("1200000", "up to 1,200,000 won"),
        ("1,200,000", "up to 1200000원"),
        ("HR-104", "hr-104"),
        ("HR104", "form HR-104"),
        ("ISO27001", "ISO-27001:2022 and ISO-27001"),
        ("email", "by e-mail"),
        ("01012345678", "call 010-1234-5678"),
        ("v2.3.1", "version 2.3.1"),
        ("2026.11.21", "valid from 2026-11-21"),
        ("2026-01-05", "2026년 1월 5일부터"),
        ("2026. 1. 5.", "on 2026/01/05"),
        ("company’s", "the companies"),
        ("C++", "written in C++로"),
        ("C#", "(C#)"),
        (".NET", "for .NET 8"),
        ("5G", "5G망"),
        ("파일", "PDF파일"),
        ("용지", "A4용지"),
        ("R&D", "R&D센터"),
        ("ＨＲ－１０４", "HR-104"),
        ("example.com", "Write to hr@example.com."),
        ("연차", "연차휴가규정"),
    ],
)
def test_question_and_passage_meet(question, passage):
    (of_passage,) = analyse([passage])

    assert set(dimensions(query_terms(question))) & set(dimensions(of_passage))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        (CODE, {"iso27001": 1, "iso": 1, "27001": 1}),
        ("hr@example.com", {"hr@example.com": 1, "hr": 1, "exampl": 1, "com": 1}),
        ("a/b_c", {"a/b_c": 1, "a": 1, "b": 1, "c": 1}),
        ("1,234,567", {"1234567": 1}),
        ("1,234.50", {"1234.50": 1, "1234": 1, "50": 1}),
        ("2019,2020,2021", {"2019": 1, "2020": 1, "2021": 1}),
        ("12,34 and 1,2345", {"12": 1, "34": 1, "and": 1, "1": 1, "2345": 1}),
        ("running runs run", {"run": 3}),
        ("studies study", {"studi": 2}),
        ("", {}),
        ("… ※ — ()", {}),
        ("C++ C#", {"c++": 1, "c#": 1, "c": 2}),
        ("ASP.NET", {"asp.net": 1, "asp": 1, "net": 1}),
        ("10-20", {"10-20": 1, "10": 1, "20": 1}),
        ("e-mails", {"email": 1, "e": 1, "mail": 1}),
        ("company's rules", {"compani": 1, "rule": 1}),
        ("don’t", {"don't": 1, "don": 1, "t": 1}),
        ("2026.01.05", {"2026-1-5": 1, "2026": 1, "1": 1, "5": 1}),
        ("2026.13.05", {"2026.13.05": 1, "2026": 1, "13": 1, "05": 1}),
        ("https://example.com/a?x=1", {"https": 1, "example.com/a": 1, "exampl": 1, "com": 1, "a": 1, "x": 1, "1": 1}),
    ],
)
def test_codes_and_numbers_are_found_whole_and_in_parts(text, terms):
    assert content_terms(text) == Counter(terms)


@pytest.mark.parametrize("text", ["연차 휴가 규정", "Ｆｕｌｌ　ｗｉｄｔｈ", "café ﬁnance ①", "ㅋㅋ 한국어"])
def test_the_form_in_which_a_text_was_typed_does_not_matter(text):
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]

    assert len({frozenset(dimensions(query_terms(form)).items()) for form in forms}) == 1


def test_upper_case_does_not_matter():
    assert query_terms("VPN Session") == query_terms("vpn sESSION")


def test_bigrams_are_those_of_hangul_words_only():
    (terms,) = analyse(["연차휴가 VPN 일 2026"])

    assert terms.bigrams == Counter(["연차", "차휴", "휴가", "일"])


def test_codes_are_split_in_letters_and_digits_in_contexts_and_queries_only():
    (terms,) = analyse(["FY2018 10K"], ["FY2018 10K"])

    assert terms.words == Counter(["fy2018", "10k"])
    assert terms.context == Counter(["fy2018", "fy", "2018", "10k", "10", "k"])
    assert query_terms("FY2018").context == Counter(["fy2018", "fy", "2018"])


def test_fields_have_dimensions_of_their_own():
    assert len({dimension(field, "연차") for field in ("words", "bigrams", "context")}) == 3


def test_texts_that_are_analysed_together_do_not_mix():
    together = analyse(["연차 휴가", "plain words", "출장 여비"], ["제목", "", "Title"])

    alone = [
        analyse([text], [title])[0]
        for text, title in [("연차 휴가", "제목"), ("plain words", ""), ("출장 여비", "Title")]
    ]
    assert together == alone


def test_endless_words_are_cut():
    assert all(len(term) <= 60 for term in content_terms("x" * 5000 + "-" + "y" * 5000))


# Written into every index: a change of these numbers makes all stored vectors wrong.
@pytest.mark.parametrize(
    ("field", "term", "number"),
    [("words", "leave", 559635510), ("bigrams", "연차", 90392663), ("context", "leave", 988506997)],
)
def test_dimension_of_a_term_never_changes(field, term, number):
    assert dimension(field, term) == number


@given(st.text(max_size=200))
def test_any_text_has_terms_within_what_the_database_takes(text):
    for terms in (query_terms(text), *analyse([text], [text])):
        for number, term in dimensions(terms).items():
            assert 1 <= number < DIMENSIONS
            assert 0 < len(term) <= 100
            assert "\x00" not in term


def test_threads_do_not_cut_each_others_words():
    made = [
        "".join(parts) for parts in product("bdfgklmn", "aeiou", "prstv", "ou", ("nning", "ational", "iveness", "ies"))
    ]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(words, made, chunksize=20))
    finally:
        sys.setswitchinterval(interval)

    _stem.cache_clear()
    assert together == [words(word) for word in made]
