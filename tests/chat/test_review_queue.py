"""What waits for a reviewer, in which order, and what the queue can be narrowed to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.models import Answer, Citation, Feedback, Review
from chat.review import queueing
from chat.review.queueing import SECOND_OF, Status, Wishes
from tests.documents.rows import document_row
from tests.factories import make_answer, make_citation, make_collection, make_user, source_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_user("ann", staff=True)


@pytest.fixture
def ben():
    return make_user("ben", staff=True)


@pytest.fixture
def document():
    return document_row(make_collection())


def plain_answer(user, **values):
    """One that nothing draws for a second opinion."""
    answer = make_answer(user, **values)
    if answer.pk % SECOND_OF:
        return answer
    answer.delete()
    return make_answer(user, **values)


def waiting(person, **wishes):
    return list(queueing.queue(person, Wishes(**wishes)))


def finished(answer, person, **values):
    review = Review.objects.create(answer=answer, reviewer=person, verdict="good", finished_at=timezone.now(), **values)
    queueing.reassess(answer.pk)
    return review


def test_riskiest_comes_first(ann, document):
    calm, contradicted, unverified = (make_answer(ann) for _ in range(3))
    make_citation(calm, document)
    make_citation(contradicted, document, finding=Citation.Finding.CONTRADICTED)
    make_citation(unverified, document, finding=Citation.Finding.UNVERIFIED)
    queueing.reassess(calm.pk, contradicted.pk, unverified.pk)

    assert waiting(ann) == [contradicted, unverified, calm]


def test_only_staff_see_anything(ann):
    make_answer(ann)

    assert waiting(make_user("eve")) == []


@pytest.mark.parametrize(
    ("state", "text", "is_there"),
    [
        (Answer.State.STREAMING, "Half", False),
        (Answer.State.FAILED, "", False),
        (Answer.State.STOPPED, "", False),
        (Answer.State.STOPPED, "Half", True),
        (Answer.State.INTERRUPTED, "Half", True),
        (Answer.State.COMPLETE, "", True),
    ],
)
def test_only_what_can_be_judged_is_there(ann, state, text, is_there):
    make_answer(ann, state=state, text=text)

    assert bool(waiting(ann)) is is_there


def test_reviewed_answer_leaves_until_somebody_complains(ann, ben):
    answer = plain_answer(ann)
    finished(answer, ben)
    assert waiting(ann) == []

    Feedback.objects.create(answer=answer, user=make_user("eve"), helpful=False)
    queueing.reassess(answer.pk)

    assert waiting(ann) == [answer]
    answer.refresh_from_db()
    assert answer.risk > 0


def test_second_opinion_is_asked_of_others_only(ann, ben):
    answer = plain_answer(ann)
    finished(answer, ben, wants_second=True)

    assert (waiting(ann), waiting(ben)) == ([answer], [])
    assert waiting(ann, reason="second") == [answer]

    finished(answer, ann)
    assert waiting(make_user("cat", staff=True)) == []


def test_one_in_ten_gets_a_second_opinion_unasked(ann, ben):
    drawn = make_answer(ann, pk=SECOND_OF * 100_000)
    finished(drawn, ben)

    assert (waiting(ann), waiting(ben)) == ([drawn], [])


def test_states(ann, ben):
    answer = plain_answer(ann)
    finished(answer, ben)
    other = make_answer(ann)

    assert waiting(ann, status=Status.REVIEWED) == [answer]
    assert waiting(ben, status=Status.MINE) == [answer]
    assert waiting(ann, status=Status.MINE) == []
    assert {answer, other} <= set(waiting(ann, status=Status.ALL))


def test_narrowed_by_what_is_wrong(ann, document):
    answers = {
        "uncited": make_answer(ann, text="It is so."),
        "refused": make_answer(ann, text=""),
        "unhelpful": make_answer(ann, text="Fine [1]."),
        "seen": make_answer(ann, text="Fine [1].", seen=9),
        "cut": make_answer(ann, text="Fine [1].", state=Answer.State.INTERRUPTED),
        "low": make_answer(ann, text="Fine [1]."),
        "unverified": make_answer(ann, text="Fine [1]."),
        "contradicted": make_answer(ann, text="Fine [1]."),
    }
    for name in ("unhelpful", "seen", "cut"):
        make_citation(answers[name], document)
    make_citation(answers["low"], document, support=0.55)
    for name in ("unverified", "contradicted"):
        make_citation(answers[name], document, support=0.4, finding=name)
    Feedback.objects.create(answer=answers["unhelpful"], user=ann, helpful=False)

    assert {name: waiting(ann, reason=name) for name in answers} == {name: [one] for name, one in answers.items()}


def test_narrowed_by_collection_language_model_and_day(ann, document):
    korean = make_answer(ann, question="연차는 며칠인가요?", passages=[source_of(document)])
    english = make_answer(ann, model="gpt-x")
    Answer.objects.filter(pk=english.pk).update(created_at=timezone.now() - timedelta(days=3))
    today = timezone.localdate()

    assert waiting(ann, collection=document.collection_id) == [korean]
    assert waiting(ann, language="ko") == waiting(ann, model="-") == waiting(ann, since=today) == [korean]
    assert waiting(ann, language="en") == waiting(ann, model="gpt-x") == [english]
    assert waiting(ann, until=today - timedelta(days=1)) == [english]
