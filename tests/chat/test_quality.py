"""Shares of what became of answers, by period, collection, model and index."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from chat.models import Answer
from chat.review.quality import By, Kind, Shares, Step, quality
from chat.review.quality_drawing import HEIGHT, drawing
from tests.documents.rows import document_row
from tests.factories import make_answer, make_citation, make_collection, make_user, source_of


@pytest.fixture
def ann(db):
    return make_user("ann", staff=True)


@pytest.fixture
def document(db):
    return document_row(make_collection("Handbook"))


def cited(ann, document, finding="supported", **values):
    answer = make_answer(ann, **values)
    make_citation(answer, document, finding=finding)
    return answer


def test_each_answer_is_of_one_kind(ann, document):
    for finding in ("supported", "unverified", "contradicted"):
        cited(ann, document, finding)
    both = cited(ann, document, "unverified")
    make_citation(both, document, finding="contradicted")
    make_answer(ann, text="No source.")
    make_answer(ann, text="")

    whole = quality(ann, Step.WEEK, By.MODEL).whole

    assert whole.counts == {
        Kind.SUPPORTED: 1,
        Kind.UNVERIFIED: 1,
        Kind.CONTRADICTED: 2,
        Kind.UNCITED: 1,
        Kind.REFUSED: 1,
    }
    assert whole.percent(Kind.CONTRADICTED) == 33


@pytest.mark.parametrize(("step", "back"), [(Step.DAY, 1), (Step.WEEK, 7)])
def test_periods_have_no_gap_and_end_now(ann, document, step, back):
    cited(ann, document)
    earlier = cited(ann, document)
    Answer.objects.filter(pk=earlier.pk).update(created_at=timezone.now() - timedelta(days=2 * back))
    ancient = cited(ann, document)
    Answer.objects.filter(pk=ancient.pk).update(created_at=timezone.now() - timedelta(days=900))

    periods = quality(ann, step, By.MODEL).periods

    assert [period.total for period in periods[-3:]] == [1, 0, 1]
    assert sum(period.total for period in periods) == 2


def test_taken_apart(ann, document):
    cited(ann, document, model="gpt-x", generation_id=7)
    make_answer(ann, text="", passages=[source_of(document)])
    cited(ann, document_row(make_collection("Other")))

    def groups(by):
        return {group.label: group.total for group in quality(ann, Step.WEEK, by).groups}

    assert groups(By.COLLECTION) == {"Handbook": 2, "Other": 1}
    assert groups(By.MODEL) == {"gpt-x": 1, "Quoted from the documents": 2}
    assert groups(By.GENERATION) == {"7": 1, "none": 2}


def test_thumbs_are_shares_of_those_who_rated(ann, document):
    answers = [cited(ann, document) for _ in range(3)]
    answers[0].feedback.create(user=ann, helpful=False)
    answers[1].feedback.create(user=ann, helpful=True)

    assert quality(ann, Step.WEEK, By.MODEL).whole.disliked_percent == 50
    assert Shares("").disliked_percent is None


def test_bars_stand_on_each_other_and_fill_the_height():
    drawn = drawing([Shares("", {Kind.SUPPORTED: 3, Kind.REFUSED: 1}), Shares("")])

    supported, refused = drawn.bars[0].parts
    assert (supported.y, supported.height) == (HEIGHT / 4, 3 * HEIGHT / 4)
    assert (refused.y, refused.height) == (0, HEIGHT / 4)
    assert drawn.bars[1].parts == ()


def test_page_teaches_when_there_is_nothing(client, ann):
    client.force_login(ann)

    assert "No answers in this time" in client.get(reverse("chat:quality")).content.decode()


def test_page_shows_bars_and_the_same_as_a_table(client, ann, document):
    cited(ann, document)
    client.force_login(ann)

    for query in ("", "?step=day&by=model", "?step=x&by=y", "?by=generation"):
        page = client.get(reverse("chat:quality") + query).content.decode()
        assert "quality__part--supported" in page
        assert "The picture as a table" in page
        assert "100 %" in page
