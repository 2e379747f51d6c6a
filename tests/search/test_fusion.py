"""Two rankings into one: the law, and the edges of the formula."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.fusion import (
    MAX_SEMANTIC_WEIGHT,
    Candidate,
    by_cosine,
    by_lexical,
    calibrated,
    reciprocal_rank,
    semantic_weight,
)


def candidate(chunk_id, lexical, cosine, language="en", ranks=(1, 1)):
    return Candidate(chunk_id, language, lexical, cosine, *ranks)


def order(ranked):
    return [fused.candidate.chunk_id for fused in ranked]


candidates = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 10**6),
        st.sampled_from(["en", "ko"]),
        st.floats(0, 60),
        st.floats(-1, 1),
        st.none() | st.integers(1, 100),
        st.none() | st.integers(1, 100),
    ),
    max_size=30,
    unique_by=lambda one: one.chunk_id,
)
trusts = st.dictionaries(st.sampled_from(["en", "ko"]), st.floats(0, 1), min_size=2)


@given(candidates, trusts)
def test_better_in_both_legs_ranks_higher(found, trust):
    score = {fused.candidate: fused.score for fused in calibrated(found, trust.__getitem__)}

    for one in found:
        for other in found:
            if one.language == other.language and one.lexical >= other.lexical and one.cosine >= other.cosine:
                assert score[one] >= score[other] - 1e-12


@given(candidates, trusts)
def test_scores_lie_between_nothing_and_perfect(found, trust):
    ranked = calibrated(found, trust.__getitem__)

    assert sorted(order(ranked)) == sorted(one.chunk_id for one in found)
    assert all(-1e-9 <= fused.score <= 1 + 1e-9 for fused in ranked)


@given(candidates)
def test_model_without_trust_changes_nothing(found):
    highest = max((one.lexical for one in found), default=0.0) or 1.0
    plainly = sorted(found, key=lambda one: (-one.lexical / highest, -one.cosine, one.chunk_id))

    assert order(calibrated(found, lambda _language: 0.0)) == [one.chunk_id for one in plainly]


def test_words_that_the_index_does_not_know_leave_the_vectors_more_say():
    assert semantic_weight(0.5, 1.0) == pytest.approx(MAX_SEMANTIC_WEIGHT * 0.5)
    weights = [semantic_weight(0.2, coverage / 10) for coverage in range(11)]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == 1
    assert semantic_weight(0.0, 0.0) == 0


def test_passage_that_both_legs_like_beats_the_favourite_of_either():
    both, words_only, vector_only = candidate(3, 9, 0.8), candidate(1, 10, 0.1), candidate(2, 0, 0.9)

    assert order(calibrated([words_only, vector_only, both], lambda _language: 1.0))[0] == 3
    assert order(calibrated([words_only, vector_only, both], lambda _language: 0.5))[0] == 3


def test_formula_by_hand():
    found = [candidate(1, 8, 0.2), candidate(2, 4, 0.6), candidate(3, 0, 0.4, "ko")]
    score = {fused.candidate.chunk_id: fused.score for fused in calibrated(found, {"en": 0.5, "ko": 1.0}.__getitem__)}

    assert score == pytest.approx({1: 0.7 * 1 + 0.3 * 0, 2: 0.7 * 0.5 + 0.3 * 1, 3: 0.4 * 0 + 0.6 * 0.5})


@pytest.mark.parametrize("rank", [by_lexical, by_cosine, reciprocal_rank, lambda c: calibrated(c, lambda _: 0.5)])
def test_ties_go_by_id(rank):
    assert order(rank([candidate(number, 1, 0.5) for number in (5, 3, 9, 1)])) == [1, 3, 5, 9]


@pytest.mark.parametrize("rank", [by_lexical, by_cosine, reciprocal_rank, lambda c: calibrated(c, lambda _: 0.5)])
def test_nothing_found_stays_nothing(rank):
    assert rank([]) == []


def test_single_leg_shows_only_what_that_leg_found():
    found = [candidate(1, 3, 0.1, ranks=(1, None)), candidate(2, 2, 0.9, ranks=(None, 1)), candidate(3, 1, 0.5)]

    assert order(by_lexical(found)) == [1, 3]
    assert order(by_cosine(found)) == [2, 3]


def test_reciprocal_ranks_by_hand():
    found = [
        candidate(1, 0, 0, ranks=(1, None)),
        candidate(2, 0, 0, ranks=(2, 3)),
        candidate(3, 0, 0, ranks=(None, 1)),
        candidate(4, 0, 0, ranks=(100, 100)),
    ]

    ranked = reciprocal_rank(found)

    assert order(ranked) == [2, 1, 3, 4]
    assert [fused.score for fused in ranked] == pytest.approx([1 / 62 + 1 / 63, 1 / 61, 1 / 61, 2 / 160])
