"""Which questions are taken for the same: rewordings, and never one in which another thing is asked."""

import pytest

from chat.sameness import is_same, may_be_same, shared_rarity, wording
from portal.sample_library import questions

SAME = [
    ("How many days of annual leave do I get?", "How many annual leave days do I have?"),
    ("How do I reset my password?", "how can I reset my password"),
    ("May I carry over unused leave?", "Can unused leave be carried over?"),
    ("연차는 며칠인가요?", "연차가 며칠이에요?"),
    ("국내 출장 숙박비 한도는 얼마인가요?", "국내 출장 숙박비 한도가 얼마죠?"),
]
# What tells them apart would hardly move a vector: the cosines of these lie between 0.65 and 1.
OTHER = [
    ("What is the hotel limit in Tokyo?", "What is the hotel limit in Osaka?"),
    ("What is the minimum password length?", "What is the maximum password length?"),
    ("Which expenses are reimbursed?", "Which expenses are not reimbursed?"),
    ("Who approves leave?", "When is leave approved?"),
    ("How many approvers over 10 million won?", "How many approvers over 50 million won?"),
    ("Can I work from home?", "Must I work from home?"),
    ("국내 출장 숙박비 한도는 얼마인가요?", "해외 출장 숙박비 한도는 얼마인가요?"),
    ("법인카드로 결제할 수 있는 것은?", "법인카드로 결제할 수 없는 것은?"),
    ("재택근무 신청은 누가 승인하나요?", "재택근무 신청은 어떻게 하나요?"),
    ("5급 직원의 일비는 얼마인가요?", "3급 직원의 일비는 얼마인가요?"),
    ("신청은 언제부터 하나요?", "신청은 언제까지 하나요?"),
    ("연차는 며칠인가요?", "연차는 언제까지 써야 하나요?"),
]


def same(one, other, *, idf=None, trust=0.0, cosine=1.0):
    return is_same(wording(one), wording(other), idf or {}, trust, lambda: cosine)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_rewording_is_the_same(one, other):
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_question_is_not_the_same_however_near(one, other):
    assert not same(one, other, trust=1.0, cosine=1.0)
    assert not same(other, one, trust=1.0, cosine=1.0)


def test_a_trusted_model_may_forbid_what_words_allow():
    one, other = "How do I reset my password?", "How can I reset my password?"

    assert not same(one, other, trust=0.9, cosine=0.5)
    assert same(one, other, trust=0.1, cosine=0.5)


def test_one_more_rare_word_is_another_question():
    one, other = "What is the hotel limit?", "What is the hotel limit in Osaka?"

    assert not same(one, other, idf={"hotel": 3.0, "limit": 3.0, "osaka": 6.0})
    assert same(one, other, idf={"hotel": 3.0, "limit": 3.0, "osaka": 0.1})


def test_unknown_words_count_as_the_rarest():
    assert shared_rarity(wording("leave"), wording("leave zzyzx"), {"leav": 2.0}) == pytest.approx(0.5)


def test_no_two_sample_questions_are_taken_for_the_same():
    wordings = [wording(asked.text) for asked in questions()]

    pairs = [(one, other) for place, one in enumerate(wordings) for other in wordings[place + 1 :]]

    assert len(pairs) > 5000
    assert [pair for pair in pairs if may_be_same(*pair) and shared_rarity(*pair, {}) >= 0.85] == []


def test_compound_in_parts_is_the_same_as_in_one_word():
    assert same("재택근무 신청은 어떻게 하나요?", "재택근무를 신청하려면 어떻게 해야 하나요?")


def test_verbs_that_say_nothing_do_not_count():
    assert same("How long is the VPN session?", "How long does a VPN session last?")
