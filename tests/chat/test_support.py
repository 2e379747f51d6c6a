"""The sentence behind a claim, and when it is too weak."""

import pytest

from chat.sentences import sentences
from chat.support import THRESHOLD, best_support
from chat.support.checking import number_agreement, numbers_in
from tests.chat.passages import passage

LEAVE = sentences(passage("직원에게는 15일의 연차 휴가를 줍니다. 쓰지 않은 연차는 이월하지 않습니다."))
VPN = sentences(passage("The VPN session lasts 10 hours. Maintenance is on Tuesdays at 2:00."))


def support(claim, found):
    return best_support(claim, found, lambda _claim, texts: [0.0 for _text in texts], 0.0)


@pytest.mark.parametrize(
    ("claim", "found", "sentence"),
    [
        ("연차 휴가는 15일입니다.", LEAVE, "직원에게는 15일의 연차 휴가를 줍니다."),
        ("A VPN session lasts 10 hours.[2]", VPN, "The VPN session lasts 10 hours."),
    ],
)
def test_the_sentence_with_the_claims_words_stands_behind_it(claim, found, sentence):
    best = support(claim, found)

    assert best.sentence.shown == sentence
    assert best.score >= THRESHOLD


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("연차 휴가는 25일입니다.", LEAVE),
        ("A VPN session lasts 12 hours.", VPN),
        ("Lunch is free for all staff.", VPN),
    ],
)
def test_another_number_or_other_words_leave_a_claim_unverified(claim, found):
    assert support(claim, found).score < THRESHOLD


def test_meaning_counts_as_far_as_the_model_is_trusted():
    def same(_claim, texts):
        return [1.0 for _text in texts]

    weak = best_support("Servers are serviced weekly", VPN, same, 0.0)
    trusted = best_support("Servers are serviced weekly", VPN, same, 1.0)

    assert weak.score < trusted.score


def test_a_passage_without_sentences_supports_nothing():
    assert support("Anything", []) is None


def test_a_thousands_comma_changes_no_number():
    assert numbers_in("1,000,000 won on 2026-11-20 at 10:30") == {"1000000", "2026", "11", "20", "10:30"}


def test_numbers_agree_fully_partly_or_not():
    assert number_agreement({"1"}, {"1"}, {"1"}) > number_agreement({"2"}, {"1"}, {"1", "2"})
    assert number_agreement({"2"}, {"1"}, {"1", "2"}) > number_agreement({"3"}, {"1"}, {"1", "2"})
