"""Questions enter sets with what answers them, stay in their half, and leave again."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from search import question_sets
from search.models import Judgement, Question, QuestionSet
from search.question_sets import Asked, Judged, split_of
from search.questions import listing
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_user("ann", staff=True)


@pytest.fixture
def document():
    return document_row(make_collection(), title="Work rules")


def asked(text="How many days?", *judged, **values):
    return Asked(text, Question.Origin.REVIEW, judged, **values)


def test_question_enters_with_what_answers_it(ann, document):
    question = question_sets.add("Leave", asked("연차는\n며칠인가요?", Judged(document.pk, 3, 10, 20, 2)), ann)

    judgement = question.judgements.get()
    assert (question.text, question.language, question.added_by) == ("연차는 며칠인가요?", "ko", ann)
    assert (judgement.document, judgement.page, judgement.start, judgement.relevance) == (document, 3, 10, 2)


def test_same_wording_is_replaced_and_counts_as_a_change(ann, document):
    question_sets.add("Leave", asked("How many days?", Judged(document.pk, 1, 0, 5, 2)), ann)
    question_sets.add("Leave", asked("How many  days?", Judged(document.pk, 2, 7, 9, 0)), ann)

    assert Question.objects.get().judgements.get().page == 2
    assert QuestionSet.objects.get().version == 3


def test_same_wording_may_be_in_two_sets(ann):
    first = question_sets.add("Leave", asked(), ann)
    question_sets.add("Other", asked(), ann)

    assert Question.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.create(question_set=first.question_set, text=first.text, language="en", split="tuning")


def test_very_long_question_is_kept(ann):
    assert question_sets.add("Leave", asked("가나다라 " * 2000), ann).pk


def test_half_is_held_out_by_the_text_alone():
    texts = [f"Question number {number}?" for number in range(400)]

    held_out = sum(split_of(text) == Question.Split.HELD_OUT for text in texts)

    assert 160 < held_out < 240
    assert split_of("How MANY  days?") == split_of("how many days?")


def test_judgements_of_what_the_reader_may_not_see_are_left_out(ann, document):
    question = question_sets.add("Leave", asked("Days?", Judged(document.pk, 1, 0, 5, 2)), ann)
    outsider = make_user("eve")

    (seen,) = listing.shown(listing.questions(question.question_set), ann)
    (unseen,) = listing.shown(listing.questions(question.question_set), outsider)

    assert (len(seen.judgements), len(unseen.judgements)) == (1, 0)
    assert (seen.is_lost, unseen.is_lost, unseen.is_hidden) == (False, False, True)


def test_page_lists_and_removes(client, ann, document):
    client.force_login(ann)
    assert "No questions yet" in client.get(reverse("search:question_list")).content.decode()
    question = question_sets.add("Leave", asked("Days?", Judged(document.pk, 1, 0, 5, 2)), ann)
    page = client.get(reverse("search:question_list")).content.decode()
    assert all(words in page for words in ("Leave", "Days?", "Work rules", "Answers it"))

    client.post(reverse("search:question_delete", args=[question.pk]))

    assert (Question.objects.count(), Judgement.objects.count(), QuestionSet.objects.get().version) == (0, 0, 3)
    assert "This set has no questions." in client.get(reverse("search:question_list")).content.decode()
