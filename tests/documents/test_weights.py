"""BM25 weights against the formula written out plainly."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.terms import Pivots, Terms, dimension, idf, weights

PIVOTS = Pivots(words=100, bigrams=80)
counts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 40)).map(Counter)
lengths = st.floats(1, 500)


def plain_bm25(tf, length, mean, k1=1.2, b=0.75):
    return tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean))


@given(counts, counts, lengths, lengths)
def test_words_and_bigrams_are_saturated_by_their_own_lengths(words, bigrams, mean_words, mean_bigrams):
    found = weights(Terms(words=words, bigrams=bigrams), Pivots(mean_words, mean_bigrams), 1)

    for term, tf in words.items():
        assert found[dimension("words", term)] == pytest.approx(plain_bm25(tf, words.total(), mean_words))
    for term, tf in bigrams.items():
        assert found[dimension("bigrams", term)] == pytest.approx(0.2 * plain_bm25(tf, bigrams.total(), mean_bigrams))
    assert len(found) == len(words) + len(bigrams)


@pytest.mark.parametrize("windows", [1, 2, 40])
def test_context_counts_more_in_long_documents_and_has_no_length(windows):
    context = Counter({"leave": 1, "policy": 2})

    found = weights(Terms(context=context), PIVOTS, windows)

    for term, tf in context.items():
        expected = (0.25 + 0.35 * math.log(windows)) * plain_bm25(tf, 1, 1)
        assert found[dimension("context", term)] == pytest.approx(expected)


def test_weight_grows_with_the_count_but_never_above_its_ceiling():
    of = [
        weights(Terms(words=Counter({"a": tf, "b": 100 - tf})), PIVOTS, 1)[dimension("words", "a")]
        for tf in range(1, 100)
    ]

    assert of == sorted(of)
    assert len(set(of)) == len(of)
    assert of[-1] < 1.2 + 1


def test_long_windows_weigh_less():
    short = weights(Terms(words=Counter({"a": 1, "b": 9})), PIVOTS, 1)
    long = weights(Terms(words=Counter({"a": 1, "b": 199})), PIVOTS, 1)

    assert long[dimension("words", "a")] < 1 < short[dimension("words", "a")]


def test_generation_without_lengths_has_no_length_normalisation():
    found = weights(Terms(words=Counter({"a": 1})), Pivots(0, 0), 1)

    assert found == {dimension("words", "a"): 1.0}


@given(st.integers(1, 10**7), st.data())
def test_idf_is_positive_and_falls_with_the_frequency(chunks, data):
    df = data.draw(st.integers(0, chunks))

    assert idf(chunks, df) > 0
    assert idf(chunks, df) == pytest.approx(math.log(1 + (chunks - df + 0.5) / (df + 0.5)), rel=1e-9)
    assert df == chunks or idf(chunks, df) > idf(chunks, df + 1)
