"""Holding an answer, letting it go, and what a reviewer says of it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from chat.models import Correction, Review
from chat.review import queueing, reviews
from chat.review.queueing import Wishes
from chat.review.reviews import Opinion
from tests.documents.rows import document_row
from tests.factories import make_answer, make_citation, make_collection, make_user, source_of


@pytest.fixture
def ann(db):
    return make_user("ann", staff=True)


@pytest.fixture
def ben(db):
    return make_user("ben", staff=True)


def let_lease_end(review):
    Review.objects.filter(pk=review.pk).update(touched_at=timezone.now() - queueing.LEASE - timedelta(minutes=1))


def test_one_reviewer_holds_an_answer(ann, ben):
    answer = make_answer(ann)

    assert reviews.hold(answer, ann).reviewer_id == ann.pk
    assert reviews.hold(answer, ben) is None
    assert reviews.holder(answer).reviewer == ann
    assert reviews.hold(answer, ann) is not None


def test_of_many_who_come_at_once_one_holds_each_answer(transactional_db):
    people = [make_user(f"reviewer{number}", staff=True) for number in range(8)]
    answers = [make_answer(people[0]) for _ in range(3)]
    start, taken = threading.Barrier(len(people)), []

    def work(person):
        start.wait()
        taken.append(reviews.take_next(person, Wishes()))
        connection.close()

    threads = [threading.Thread(target=work, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    got = [answer for answer in taken if answer]
    assert len(taken) == 8
    assert sorted(answer.pk for answer in got) == sorted(answer.pk for answer in answers)
    assert queueing.held().count() == 3


def test_hold_ends_when_nobody_touches_it(ann, ben):
    answer = make_answer(ann)
    let_lease_end(reviews.hold(answer, ann))

    assert reviews.hold(answer, ben) is not None
    assert not reviews.renew(answer, ann)


def test_work_keeps_an_answer(ann, ben):
    answer = make_answer(ann)
    let_lease_end(reviews.hold(answer, ann))

    assert reviews.renew(answer, ann)
    assert reviews.hold(answer, ben) is None


def test_next_is_the_riskiest_that_is_free(ann, ben):
    safe, risky, riskier = make_answer(ann, risk=0.1), make_answer(ann, risk=0.5), make_answer(ann, risk=0.9)
    reviews.hold(riskier, ben)

    assert reviews.take_next(ann, Wishes()) == risky
    assert reviews.take_next(ann, Wishes()) == risky
    reviews.record(risky, ann, Opinion("good"))
    assert reviews.take_next(ann, Wishes()) == safe


def test_what_was_let_go_is_free(ann, ben):
    answer = make_answer(ann)
    reviews.hold(answer, ann)

    reviews.release(answer, ben)
    assert reviews.holder(answer)
    reviews.release(answer, ann)

    assert reviews.holder(answer) is None
    assert reviews.take_next(ben, Wishes()) == answer


def test_opinion_is_kept_with_its_verdicts(ann):
    answer = make_answer(ann, text="Fifteen days [1].")
    citation = make_citation(answer, document_row(make_collection()))
    reviews.hold(answer, ann)

    review = reviews.record(answer, ann, Opinion("wrong", {citation.pk: "outdated"}, "See the new rules."))

    assert (review.verdict, review.note, review.finished_at is not None) == ("wrong", "See the new rules.", True)
    assert [verdict.value for verdict in review.verdicts.all()] == ["outdated"]


def test_changed_opinion_keeps_what_was_said_before(ann):
    answer = make_answer(ann)
    citation = make_citation(answer, document_row(make_collection()))
    reviews.record(answer, ann, Opinion("good", {citation.pk: "supports"}))

    review = reviews.record(answer, ann, Opinion("wrong", {citation.pk: "does_not"}))

    assert Review.objects.count() == 1
    assert [(said["verdict"], said["citations"]) for said in review.earlier] == [
        ("good", {str(citation.pk): "supports"})
    ]
    assert [verdict.value for verdict in review.verdicts.all()] == ["does_not"]


def test_opinion_of_somebody_who_was_away_too_long_is_kept_too(ann, ben):
    answer = make_answer(ann)
    let_lease_end(reviews.hold(answer, ann))
    reviews.hold(answer, ben)

    reviews.record(answer, ann, Opinion("good"))

    assert reviews.holder(answer).reviewer == ben
    assert Review.objects.get(reviewer=ann).verdict == "good"


def test_review_takes_the_risk_away(ann):
    answer = make_answer(ann, text="Fifteen days.", risk=0.9)

    reviews.record(answer, ann, Opinion("good"))

    answer.refresh_from_db()
    assert answer.risk == pytest.approx(0.15 if answer.pk % queueing.SECOND_OF == 0 else 0)


def test_corrected_answer_is_kept_and_taken_back(ann):
    document = document_row(make_collection())
    answer = make_answer(ann, passages=[source_of(document), source_of(document, 2, start=20, end=40)])

    reviews.record(answer, ann, Opinion("wrong", corrected="Sixteen days [2]."))
    kept = Correction.objects.get()
    assert (kept.text, kept.documents, kept.passages[0]["start"]) == ("Sixteen days [1].", [document.pk], 20)
    assert (kept.reviewer, kept.expired_at) == (ann, None)

    reviews.record(answer, ann, Opinion("good"))
    kept.refresh_from_db()
    assert kept.expired_at is not None


def test_correction_outlives_the_conversation(ann):
    document = document_row(make_collection())
    answer = make_answer(ann, passages=[source_of(document)])
    reviews.record(answer, ann, Opinion("wrong", corrected="Sixteen days [1]."))

    answer.message.conversation.delete()

    assert Correction.objects.get().text == "Sixteen days [1]."
