"""Slips of the keyboard are mended where the index knows what was meant and not what was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.models import Generation
from search import asking
from search.asking import asked
from search.retrieval import find_passages
from search.scope import Scope
from search.slips import other_layout, typed_in_english, typed_in_korean
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dkssud", "안녕"),
        ("duscktnrk", "연차수가"),
        ("Qkfrks", "빨간"),
        ("DKSSUD", "안녕"),
        ("ekfrrhrl", "닭고기"),
        ("ghldml", "회의"),
        ("ㅗ디ㅣㅐ", "hello"),
        ("ㅍㅔㅜ", "vpn"),
        ("ㄱ데ㅐㄳ", "report"),
        ("hello", ""),
        ("the", ""),
        ("ㅋㅋ", ""),
        ("VPN2", ""),
    ],
)
def test_other_layout(typed, meant):
    assert other_layout(typed) == meant


@given(st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=8))
def test_korean_comes_back_from_the_keys_that_it_was_typed_with(text):
    assert typed_in_korean(typed_in_english(text)) == text


@given(st.text(max_size=50))
def test_any_word_has_another_layout_or_none(text):
    assert isinstance(other_layout(text), str)


@pytest.fixture
def scope():
    shelf = make_collection("Rules", readers=[make_user("alice")])
    indexed_rows(
        shelf, ["연차 휴가는 열다섯 날입니다.", "재택근무 규정을 어떻게 신청합니까?", "A VPN session lasts ten hours."]
    )
    return Scope(Generation.objects.active(), (shelf.pk,))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("dusck gbrk", "연차 휴가"),
        ("연차 gbrk?", "연차 휴가?"),
        ("ㅍㅔㅜ session", "vpn session"),
        ("재 택근무 규정", "재택근무 규정"),
        ("연차 휴가", ""),
        ("dkssud", ""),
        ("quantum session", ""),
        ("양자 역학 session", ""),
        ("", ""),
        ("gbrk " * 100, ""),
    ],
)
def test_slips_are_mended_only_into_what_the_index_knows(scope, typed, mended):
    assert asked(typed, scope).mended == mended


@pytest.mark.django_db
def test_mended_query_is_the_one_that_is_searched_and_named(scope):
    found = find_passages("duscksms gbrk", make_user("staff", staff=True), mode="lexical")

    assert (found.mended, found.query_language, found.coverage) == ("연차는 휴가", "ko", 1.0)
    assert found.hits[0].text.startswith("연차 휴가")


@pytest.mark.django_db
def test_query_of_known_words_costs_no_second_look(scope, django_assert_num_queries):
    with django_assert_num_queries(2):
        asked("연차 session", scope)


def test_long_texts_are_not_mended():
    assert asking.MENDED_LENGTH < 2_000
