"""Measures against values computed by hand."""

from math import log2

import pytest

from search.metrics import Scores, mean, percentile, scores

GRADES = {"a": 2, "b": 1, "z": 0}


def of(ranking, judgements=GRADES):
    return scores({"q": ranking}, {"q": judgements})["q"]


@pytest.mark.parametrize(
    ("ranking", "value"),
    [
        (["a", "b"], 1.0),
        (["b", "a"], (1 + 2 / log2(3)) / (2 + 1 / log2(3))),
        (["x", "a", "z", "b"], (2 / log2(3) + 1 / log2(5)) / (2 + 1 / log2(3))),
        (["z", "x"], 0.0),
        ([], 0.0),
    ],
)
def test_ndcg(ranking, value):
    assert of(ranking).ndcg_10 == pytest.approx(value)


def test_ndcg_looks_no_deeper_than_ten():
    assert of(["x"] + [f"x{i}" for i in range(9)] + ["a"]).ndcg_10 == 0.0


def test_ndcg_of_one_relevant_document_at_rank_three():
    assert of(["x", "y", "a"], {"a": 1}).ndcg_10 == 0.5


@pytest.mark.parametrize(
    ("ranking", "values"),
    [(["z", "a", "x", "b"], (0, 1, 1)), (["a", "x", "x1", "x2", "x3", "b"], (0.5, 0.5, 1)), (["b"], (0.5, 0.5, 0.5))],
)
def test_recall(ranking, values):
    found = of(ranking)

    assert (found.recall_1, found.recall_5, found.recall_10) == values


@pytest.mark.parametrize(
    ("ranking", "value"),
    [
        (["a"], 1),
        (["z", "b"], 1 / 2),
        (["x", "y", "a", "b"], 1 / 3),
        ([f"x{i}" for i in range(10)] + ["a"], 0),
    ],
)
def test_reciprocal_rank(ranking, value):
    assert of(ranking).mrr_10 == pytest.approx(value)


@pytest.mark.parametrize("judgements", [{}, {"a": 0}])
def test_query_without_a_relevant_document_scores_nothing(judgements):
    assert of(["a"], judgements) == Scores()


def test_every_question_that_was_ranked_has_scores_of_its_own():
    found = scores(
        {"q1": ["a"], "q2": ["x"], "q3": []}, {"q1": {"a": 1}, "q2": {"a": 1}, "q3": {"a": 1}, "q4": {"a": 1}}
    )

    assert [found[key].recall_1 for key in ("q1", "q2", "q3")] == [1, 0, 0]
    assert "q4" not in found


def test_mean_is_of_each_measure():
    assert mean([Scores(ndcg_10=1, mrr_10=0.5), Scores(mrr_10=1)]) == Scores(ndcg_10=0.5, mrr_10=0.75)
    assert mean([]) == Scores()


@pytest.mark.parametrize(("share", "value"), [(0.5, 5), (0.95, 10), (0.1, 1), (0.0, 1), (1.0, 10)])
def test_percentile_is_the_nearest_rank(share, value):
    assert percentile(list(range(10, 0, -1)), share) == value


def test_percentile_of_nothing_is_nothing():
    assert percentile([], 0.5) == 0.0
