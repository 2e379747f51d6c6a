"""Measures against values computed by hand."""

from math import log2

import pytest

from search.metrics import ndcg, percentile, recall, reciprocal_rank

GRADES = {"a": 2, "b": 1, "z": 0}


@pytest.mark.parametrize(
    ("ranking", "value"),
    [
        (["a", "b"], 1.0),
        (["b", "a"], (1 + 3 / log2(3)) / (3 + 1 / log2(3))),
        (["x", "a", "z", "b"], (3 / log2(3) + 1 / log2(5)) / (3 + 1 / log2(3))),
        (["z", "x"], 0.0),
        ([], 0.0),
    ],
)
def test_ndcg(ranking, value):
    assert ndcg(ranking, GRADES, 10) == pytest.approx(value)


def test_ndcg_looks_no_deeper_than_asked():
    assert ndcg(["x", "a"], GRADES, 1) == 0.0
    assert ndcg(["a"], {"a": 1, "b": 1, "c": 1}, 1) == 1.0


def test_ndcg_of_one_relevant_document_at_rank_three():
    assert ndcg(["x", "y", "a"], {"a": 1}, 10) == 0.5


@pytest.mark.parametrize(("depth", "value"), [(1, 0.0), (2, 0.5), (3, 0.5), (4, 1.0)])
def test_recall(depth, value):
    assert recall(["z", "a", "x", "b"], GRADES, depth) == value


@pytest.mark.parametrize(
    ("ranking", "value"), [(["a"], 1), (["z", "b"], 1 / 2), (["x", "y", "a", "b"], 1 / 3), (["x"] * 10 + ["a"], 0)]
)
def test_reciprocal_rank(ranking, value):
    assert reciprocal_rank(ranking, GRADES, 10) == pytest.approx(value)


@pytest.mark.parametrize("judgements", [{}, {"a": 0}])
def test_query_without_a_relevant_document_scores_nothing(judgements):
    assert ndcg(["a"], judgements, 10) == recall(["a"], judgements, 10) == reciprocal_rank(["a"], judgements, 10) == 0


@pytest.mark.parametrize(("share", "value"), [(0.5, 5), (0.95, 10), (0.1, 1), (0.0, 1), (1.0, 10)])
def test_percentile_is_the_nearest_rank(share, value):
    assert percentile(list(range(10, 0, -1)), share) == value


def test_percentile_of_nothing_is_nothing():
    assert percentile([], 0.5) == 0.0
