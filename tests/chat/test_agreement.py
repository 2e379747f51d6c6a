"""Cohen's kappa of two opinions."""

import pytest
from django.utils import timezone

from chat.models import Review, Verdict
from chat.review.agreement import agreement, on_answers, on_citations
from tests.documents.rows import document_row
from tests.factories import make_answer, make_citation, make_collection, make_user


def test_kappa_of_cohens_formula():
    # 20 of both good, 15 of both wrong, 5 and 10 apart: observed 0.7, expected 0.5.
    pairs = [("good", "good")] * 20 + [("good", "wrong")] * 5 + [("wrong", "good")] * 10 + [("wrong", "wrong")] * 15

    found = agreement(pairs)

    assert (found.pairs, found.observed, found.kappa) == (50, pytest.approx(0.7), pytest.approx(0.4))
    assert found.in_words == "fair"


def test_no_pairs_and_no_variety_are_said_in_words():
    assert agreement([]).in_words == "No answer has two opinions yet."
    assert agreement([("good", "good")] * 5).kappa is None
    assert "nothing can be said" in agreement([("good", "good")] * 5).in_words


def test_opposite_opinions_are_worse_than_chance():
    found = agreement([("good", "wrong"), ("wrong", "good")])

    assert found.kappa == pytest.approx(-1)
    assert found.in_words == "worse than chance, but of few pairs"


@pytest.mark.django_db
def test_first_two_opinions_of_each_answer_are_compared():
    people = [make_user(name, staff=True) for name in ("ann", "ben", "cat")]
    answer, alone = make_answer(people[0]), make_answer(people[0])
    citation = make_citation(answer, document_row(make_collection()))
    for person, verdict in zip(people, ("good", "wrong", "good"), strict=True):
        review = Review.objects.create(answer=answer, reviewer=person, verdict=verdict, finished_at=timezone.now())
        Verdict.objects.create(review=review, citation=citation, value="supports")
    Review.objects.create(answer=alone, reviewer=people[0], verdict="good", finished_at=timezone.now())

    assert (on_answers().pairs, on_answers().observed) == (1, 0)
    assert (on_citations().pairs, on_citations().observed) == (1, 1)
