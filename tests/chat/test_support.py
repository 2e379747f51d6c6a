"""The sentence behind a claim, and whether it is supported, unverified or contradicted."""

import time

import pytest

from chat.models import Citation
from chat.sentences import sentences
from chat.support import Finding, best_support
from tests.chat.passages import passage

LEAVE = sentences(
    passage(
        "직원에게는 15일의 연차 휴가를 줍니다. 쓰지 않은 연차는 이월하지 않습니다. 5일이 넘는 휴가는 팀장의 승인이 "
        "필요합니다. 숙박비는 1박에 8만원까지 지급합니다. 신청은 2024년 3월 1일까지 인사팀에 합니다."
    )
)
VPN = sentences(
    passage(
        "The VPN session lasts ten hours. Maintenance of the VPN is on Tuesdays at 2:00. Unused sessions are not kept. "
        "Guests pay 1,500 KRW. Do not use public Wi-Fi without the VPN."
    )
)


def checked(claim, found, *, cosine=0.6, trust=0.0):
    return best_support(claim, found, lambda _claim, texts: [cosine for _text in texts], trust)


@pytest.mark.parametrize(
    ("claim", "found", "sentence"),
    [
        ("연차 휴가는 15일입니다.", LEAVE, "직원에게는 15일의 연차 휴가를 줍니다."),
        ("숙박비는 1박당 80,000원까지 지급됩니다.", LEAVE, "숙박비는 1박에 8만원까지 지급합니다."),
        ("신청은 2024-03-01까지 인사팀에 합니다.", LEAVE, "신청은 2024년 3월 1일까지 인사팀에 합니다."),
        ("5일이 넘는 휴가는 팀장이 승인해야 합니다.", LEAVE, "5일이 넘는 휴가는 팀장의 승인이 필요합니다."),
        ("A VPN session lasts 10 hours.[2]", VPN, "The VPN session lasts ten hours."),
        ("Guests pay ₩1500.", VPN, "Guests pay 1,500 KRW."),
        ("Public Wi-Fi must not be used without the VPN.", VPN, "Do not use public Wi-Fi without the VPN."),
    ],
)
def test_the_sentence_that_says_the_same_supports_a_claim(claim, found, sentence):
    best = checked(claim, found, trust=1.0)

    assert best.sentence.shown == sentence
    assert best.check.finding is Finding.SUPPORTED
    assert best.check.score >= 0.5


@pytest.mark.parametrize(
    ("claim", "found", "sentence"),
    [
        ("연차 휴가는 25일입니다.", LEAVE, "직원에게는 15일의 연차 휴가를 줍니다."),
        ("쓰지 않은 연차는 이월됩니다.", LEAVE, "쓰지 않은 연차는 이월하지 않습니다."),
        ("숙박비는 1박에 10만원까지 지급합니다.", LEAVE, "숙박비는 1박에 8만원까지 지급합니다."),
        ("신청은 3/15까지 인사팀에 합니다.", LEAVE, "신청은 2024년 3월 1일까지 인사팀에 합니다."),
        ("A VPN session lasts 12 hours.", VPN, "The VPN session lasts ten hours."),
        ("Unused sessions are kept.", VPN, "Unused sessions are not kept."),
        ("You may use public Wi-Fi without the VPN.", VPN, "Do not use public Wi-Fi without the VPN."),
    ],
)
def test_another_number_day_or_a_denial_contradicts_a_claim(claim, found, sentence):
    best = checked(claim, found, trust=1.0)

    assert best.sentence.shown == sentence
    assert best.check.finding is Finding.CONTRADICTED
    assert best.check.score < 0.5


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("모든 직원은 점심을 무료로 먹습니다.", LEAVE),
        ("Lunch is free for all staff.", VPN),
        ("Employees get 15 days of leave.", LEAVE),
    ],
)
def test_other_words_leave_a_claim_unverified(claim, found):
    assert checked(claim, found, cosine=0.1, trust=1.0).check.finding is Finding.UNVERIFIED


def test_a_number_that_stands_in_another_sentence_of_the_passage_contradicts_nothing():
    found = sentences(passage("Guests may park for 2 hours. Guests of the board may park for 8 hours."))

    assert checked("Guests may park for 8 hours.", found).check.finding is Finding.SUPPORTED


def test_meaning_counts_as_far_as_the_model_is_trusted():
    near = checked("Servers are serviced weekly", VPN, cosine=0.9, trust=1.0)
    far = checked("Servers are serviced weekly", VPN, cosine=0.1, trust=1.0)
    unheard = checked("Servers are serviced weekly", VPN, cosine=0.9, trust=0.1)

    assert far.check.score < near.check.score
    assert unheard.check.features["meaning"] == 0


def test_two_sentences_together_support_what_neither_does_alone():
    claim = "연차 휴가는 15일이고, 쓰지 않은 연차는 이월하지 않습니다."

    best = checked(claim, LEAVE[:2])

    assert best.check.finding is Finding.SUPPORTED
    assert (best.sentence.start, best.sentence.end) == (LEAVE[0].start, LEAVE[1].end)


def test_words_of_the_headings_above_count_for_a_sentence():
    below = passage("Remote access\nA session lasts ten hours.", headings=["Remote access"])
    alone = passage("A session lasts ten hours.")
    claim = "A remote access session lasts ten hours."

    assert checked(claim, sentences(below)).check.score > checked(claim, sentences(alone)).check.score


def test_a_passage_without_sentences_supports_nothing():
    assert checked("Anything", []) is None


def test_every_feature_is_stored_by_its_name():
    features = checked("A VPN session lasts 12 hours.", VPN).check.features

    assert (features["words"], features["missing_facts"], features["other_facts"]) == (1.0, 1.0, 1.0)
    assert all(isinstance(value, float) for value in features.values())


def test_findings_are_those_that_are_stored():
    assert {finding.value for finding in Finding} == set(Citation.Finding.values)


def test_an_answer_of_five_sentences_is_checked_quickly():
    text = " ".join(
        f"제{i}조 직원은 {i}일 안에 신청서를 {i}부 제출하고 부서장의 승인을 받아야 합니다." for i in range(1, 21)
    )
    found = sentences(passage(text))
    checked("신청서", found)
    started = time.perf_counter()

    for i in range(5):
        checked(f"직원은 {i + 3}일 안에 신청서를 제출해야 합니다.", found)

    # 150 ms on a quiet machine; tests share theirs.
    assert time.perf_counter() - started < 1.5
