"""What is left out can indeed not beat the threshold, whatever the terms weigh."""

from dataclasses import dataclass
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.terms import idf
from search import pruning
from search.pruning import branches

ROWS = 100_000


@dataclass(frozen=True)
class Term:
    dimension: int
    df: int
    upper_bound: float


def terms_of(*numbers):
    """Terms from pairs of document frequency and upper bound; their dimensions count from 0."""
    return [Term(place, df, bound) for place, (df, bound) in enumerate(numbers)]


def covers(found, held):
    """Whether one of the branches finds a row that holds just these terms."""
    return any(
        set(branch.held) <= held and (not branch.others or not held.isdisjoint(branch.others)) for branch in found
    )


@given(
    numbers=st.lists(st.tuples(st.integers(1, ROWS), st.floats(0, 20)), max_size=8),
    threshold=st.floats(0, 60),
)
def test_every_row_that_can_beat_the_threshold_is_covered(numbers, threshold):
    terms = terms_of(*numbers)
    found = branches(terms, threshold, ROWS)

    for size in range(1, len(terms) + 1):
        for held in combinations(terms, size):
            # Sums of the same numbers in another order differ in their last digits.
            if sum(term.upper_bound for term in held) > threshold + 1e-9:
                assert covers(found, {term.dimension for term in held})


def test_what_cannot_beat_the_threshold_is_not_asked_for():
    terms = terms_of((9_000, 3.0), (20_000, 2.0))

    assert branches(terms, 5.0, ROWS) == []
    assert branches([], 0.0, ROWS) == []


def test_term_that_beats_the_threshold_alone_needs_no_other():
    (branch,) = branches(terms_of((9_000, 3.0), (20_000, 0.5)), 2.8, ROWS)

    assert {*branch.held, *branch.others} == {0}
    assert branch.expected == pytest.approx(9_000)


def test_frequent_terms_are_asked_for_together():
    """Two of three do not suffice, so that only rows with all of them count."""
    (branch,) = branches(terms_of((40_000, 2.0), (30_000, 2.0), (20_000, 2.0)), 5.0, ROWS)

    assert {*branch.held, *branch.others} == {0, 1, 2}
    assert branch.expected == pytest.approx(ROWS * 0.4 * 0.3 * 0.2)


def test_rare_terms_are_not_looked_up_term_by_term():
    """To read what each pair holds costs less than to ask for every pair."""
    found = branches(terms_of(*[(1_000, 1.0)] * 4), 1.5, ROWS)

    assert sum(branch.expected for branch in found) < 100
    assert len(found) <= 4


def test_pasted_page_is_parted_by_its_terms_and_no_further():
    """The first step alone saves nine rows of ten; more steps would take longer to find than they save."""
    frequencies = [round(100 * 30 ** (place / 149)) for place in range(150)]
    terms = terms_of(*[(df, 2 * idf(ROWS, df)) for df in frequencies])

    found = branches(terms, sum(term.upper_bound for term in terms) / 2, ROWS)

    assert pruning.MOST_BRANCHES < len(found) < len(terms)
    assert {len(branch.held) for branch in found} == {1}
    assert sum(branch.expected for branch in found) < 1_500
