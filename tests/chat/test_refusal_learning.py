"""Where refusing begins is learned from questions with and without an answer."""

import pytest

from chat.refusal_learning import Case, figures, halves, learned


def cases(source, answerable, others, language="en"):
    kinds = ((answerable, True), (others, False))
    return [Case(source, language, value, kind) for values, kind in kinds for value in values]


def test_figures_count_what_is_below_the_threshold():
    found = figures(cases("a", [0.1, 0.5, 0.6, 0.9], [0.2, 0.3, 0.7]), 0.4)

    assert (found.answerable, found.unanswerable) == (4, 3)
    assert found.precision == pytest.approx(2 / 3, abs=1e-4)
    assert found.recall == pytest.approx(2 / 3, abs=1e-4)
    assert found.wrongly_refused == 0.25


def test_nothing_refused_has_no_precision():
    assert (figures(cases("a", [0.5], [0.6]), 0.1).precision, figures([], 0.1).auc) == (0.0, 0.0)


def test_the_threshold_parts_the_two_kinds_in_each_language():
    found = learned(cases("a", [0.6, 0.7], [0.2, 0.3]) + cases("b", [0.2, 0.3], [0.05], "ko"))

    assert 0.3 < found["en"] <= 0.6
    assert 0.05 < found["ko"] <= 0.2


def test_a_wrong_refusal_weighs_more_than_an_answer_that_is_none():
    found = learned(cases("a", [0.3, 0.6], [0.4, 0.2]))

    assert found["en"] <= 0.3


def test_a_set_with_questions_of_one_kind_only_teaches_nothing():
    assert learned(cases("a", [0.6], [])) == {}


def test_halves_have_a_part_of_every_set_and_kind():
    first, second = halves(cases("a", [0.1, 0.2, 0.3], [0.4, 0.5]) + cases("b", [0.6, 0.7], [], "ko"))

    assert len(first) + len(second) == 7
    assert {(case.source, case.is_answerable) for case in first} == {
        (case.source, case.is_answerable) for case in second
    }
