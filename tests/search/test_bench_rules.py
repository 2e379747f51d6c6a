"""What a bench decides without an index: what counts as found, what an interval is, what a sentence is turned into."""

import random

import numpy as np
import pytest

from search.bench import variations
from search.bench.alignment import parallel
from search.bench.intervals import difference, interval, intervals
from search.bench.negation import negated
from search.bench.parallel_sentences import PAIRS
from search.bench.questions import BenchQuestion, Place, Target, as_json, from_json
from search.bench.variations import variations as variations_of
from search.bench.verdicts import Difference, Outcome, differences, price


def question(*targets, key="q", language="en", direction="en-en", pair=""):
    return BenchQuestion(key, "What is it?", language, direction, tuple(targets), pair)


@pytest.mark.parametrize(
    ("place", "is_found"),
    [
        (Place(1, 0, 1000, 1), True),
        (Place(1, 120, 140, 1), True),
        (Place(1, 150, 350, 1), True),
        (Place(1, 151, 351, 1), False),
        (Place(1, 200, 300, 1), False),
        (Place(2, 100, 200, 1), False),
    ],
)
def test_a_window_counts_if_it_shares_half_of_the_shorter_one(place, is_found):
    asked = question(Target(1, 100, 200, 2))

    assert (asked.ranking([place])[0] in asked.judgements) is is_found


def test_one_window_may_hold_two_answers_and_two_windows_one():
    asked = question(Target(1, 0, 50, 2), Target(1, 60, 100, 1))

    assert len(asked.ranking([Place(1, 0, 100, 1)])) == 2
    assert len(asked.ranking([Place(1, 0, 50, 1), Place(1, 0, 45, 1)])) == 1


def test_documents_that_were_judged_as_a_whole_are_ranked_as_a_whole():
    asked = question(Target(1, 0, 0, 1))

    assert asked.ranking([Place(2, 0, 9, 1), Place(2, 9, 20, 1), Place(1, 5, 9, 1)]) == ["d2", "d1"]
    assert asked.judgements == {"d1": 1}


def test_questions_are_stored_as_they_are():
    asked = question(Target(1, 5, 9, 2), Target(2, 0, 0, 1), pair="3")

    assert from_json(as_json(asked)) == asked


def test_interval_holds_the_mean_and_is_the_same_every_time():
    values = np.random.default_rng(1).random(200)

    found = interval(list(values))

    assert found.low < found.mean < found.high
    assert found.half_width == pytest.approx(1.96 * values.std() / 200**0.5, rel=0.15)
    assert interval(list(values)) == found
    assert intervals(np.zeros((0, 5))) == []


def test_paired_difference_is_surer_than_two_intervals():
    hard = np.random.default_rng(1).random(100)

    found = difference(list(hard), list(hard + 0.05))

    assert found.is_above_zero
    assert found.half_width < 0.001 < interval(list(hard)).half_width


@pytest.mark.parametrize(
    ("mean", "low", "high", "questions", "outcome"),
    [
        (0.1, 0.05, 0.15, 50, Outcome.BETTER),
        (-0.1, -0.15, -0.05, 50, Outcome.WORSE),
        (0.0, -0.01, 0.01, 50, Outcome.SAME),
        (0.02, -0.2, 0.24, 50, Outcome.UNSURE),
        (-0.5, -0.6, -0.4, 5, Outcome.FEW),
    ],
)
def test_outcome_of_a_difference(mean, low, high, questions, outcome):
    from search.bench.intervals import Interval

    found = Difference("ko-ko", Interval(mean, low, high), questions)

    assert found.outcome is outcome
    assert "Korean" in found.sentence("new")


def test_differences_are_told_apart_by_direction():
    asked = [question(Target(1, 0, 0, 1), key=str(i), direction="ko-ko" if i % 2 else "en-en") for i in range(80)]
    baseline = {one.key: {"scores": {"hybrid": [0.5] * 5}} for one in asked}
    other = {one.key: {"scores": {"hybrid": [0.9 if one.direction == "ko-ko" else 0.5] * 5}} for one in asked}

    found = {one.direction: one.outcome for one in differences(asked, baseline, other)}

    assert found == {"en-en": Outcome.SAME, "ko-ko": Outcome.BETTER}


def test_all_questions_together_are_told_where_no_direction_has_enough():
    asked = [question(Target(1, 0, 0, 1), key=str(i), direction="ko-ko" if i % 2 else "en-en") for i in range(30)]
    found = {one.key: {"scores": {"hybrid": [0.5] * 5}} for one in asked}

    told = {one.direction: one.outcome for one in differences(asked, found, found)}

    assert told == {"all": Outcome.SAME, "en-en": Outcome.FEW, "ko-ko": Outcome.FEW}


def test_price_names_what_is_slower_and_smaller():
    def row(rate, milliseconds, size):
        return {
            "costs": {"library_seconds": 900 / rate, "index_bytes": size, "library_money": 0},
            "modes": {"hybrid": {"p50_ms": milliseconds}},
        }

    assert list(price("B", row(30, 20, 300), row(10, 22, 150))) == [
        "B embeds the whole library 3.0 × slower.",
        "Its index is 2.0 × smaller.",
    ]


@pytest.mark.parametrize(
    ("sentence", "opposite"),
    [
        ("Visitors must wear a badge.", "Visitors must not wear a badge."),
        ("Employees can work from home.", "Employees cannot work from home."),
        ("주차장은 지하에 있습니다.", "주차장은 지하에 없습니다."),
        ("연차는 소멸합니다.", "연차는 소멸하지 않습니다."),
        ("이 규정은 올해부터 적용된다.", "이 규정은 올해부터 적용되지 않는다."),
        ("It is not allowed.", ""),
        ("규정에 없습니다.", ""),
        ("Fifteen days a year", ""),
    ],
)
def test_negation_by_rule(sentence, opposite):
    assert negated(sentence) == opposite


@pytest.mark.parametrize(
    ("kind", "text", "language", "varied"),
    [
        ("particle", "연차 휴가는 며칠을 쓸 수 있나요?", "ko", "연차 휴가 며칠 쓸 수 있나요?"),
        ("particle", "What is the size of a room?", "en", "What is size room?"),
        ("case", "What is VPN?", "en", "what is vpn?"),
        ("case", "what is vpn?", "en", "WHAT IS VPN?"),
        ("paraphrase", "연차 휴가는 무엇입니까?", "ko", "연차 휴가에 대해 알려 주세요"),
        ("paraphrase", "What is the notice period?", "en", "Please tell me about the notice period"),
        ("spacing", "annual leave", "en", "annualleave"),
    ],
)
def test_variation_by_rule(kind, text, language, varied):
    assert variations.VARIATIONS[kind](text, language, random.Random(1)) == varied


@pytest.mark.parametrize("text", ["연차 휴가는 며칠입니까?", "How many days of annual leave?"])
def test_typo_changes_one_word_and_is_always_the_same(text):
    language = "ko" if text[0] == "연" else "en"
    varied = variations_of(text, language)

    assert varied == variations_of(text, language)
    assert sum(a != b for a, b in zip(text.split(), varied["typo"].split(), strict=True)) == 1


def test_variations_that_change_nothing_are_left_out():
    assert "case" not in variations_of("연차 휴가는 며칠입니까?", "ko")
    assert "spacing" not in variations_of("연차", "ko")


def test_parallel_questions_are_those_that_share_a_pair():
    korean = BenchQuestion("1", "며칠?", "ko", "ko-ko", (), "1")
    english = BenchQuestion("2", "How many days?", "en", "en-ko", (), "1")

    assert parallel([korean, english, question(key="3", pair="3")]) == [("며칠?", "How many days?")]
    assert len(dict(PAIRS)) == len(PAIRS) == 40
