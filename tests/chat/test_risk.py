"""How reasons and readers add up to a risk, and how they are said."""

import pytest

from chat.risk import WEIGHTS, Reason, Signals, in_words, level, risk


def test_risk_follows_the_formula():
    signals = Signals({Reason.UNHELPFUL: 1, Reason.UNVERIFIED: 2}, seen=0)

    assert risk(signals) == pytest.approx((1 - 0.5 * 0.7**2) * 0.5, abs=1e-4)


def test_answer_without_a_reason_has_no_risk():
    assert risk(Signals({}, seen=50)) == 0


def test_who_saw_it_at_most_doubles_the_risk():
    unseen, seen, overrun = (risk(Signals({Reason.UNCITED: 1}, seen)) for seen in (0, 100, 10_000))

    assert seen == overrun == pytest.approx(2 * unseen)


def test_many_reasons_never_exceed_one():
    assert risk(Signals(dict.fromkeys(Reason, 50), seen=1000)) <= 1


def test_a_contradiction_weighs_more_than_anything_else():
    assert max(WEIGHTS, key=lambda reason: WEIGHTS[reason]) is Reason.CONTRADICTED
    assert level(risk(Signals({Reason.CONTRADICTED: 1}, seen=1))) == "high"
    assert level(risk(Signals({Reason.SEEN: 1}, seen=100))) == "low"


def test_reasons_come_by_weight_and_in_words():
    signals = Signals({Reason.UNVERIFIED: 2, Reason.CONTRADICTED: 1, Reason.SEEN: 1}, seen=43)

    words = [in_words(reason, signals) for reason in signals.reasons]

    assert words == ["1 citation contradicted by its source", "2 unverified marks", "opened 43 times"]
