"""Judgements follow their documents to newer versions, and measuring leaves out what is not known any more."""

import pytest
from django.urls import reverse

from documents.models import Document
from search import question_sets
from search.models import Judgement, Question, QuestionChange, QuestionSet
from search.question_sets import Asked, Judged, measurable
from search.questions.following import follow
from tests.factories import make_collection, make_user
from tests.search.question_files import document_of

pytestmark = pytest.mark.django_db

OLD = "Leave is 15 days. Badges are blue."
NEW = "A new foreword.\nLeave is\n15 days. Badges are green."


@pytest.fixture
def ann():
    return make_user("ann", staff=True)


@pytest.fixture
def old():
    return document_of(make_collection(), OLD, title="Work rules")


def asked(ann, text, document, *spans, **values):
    judged = [Judged(document.pk, 1, start, end, 2) for start, end in spans]
    return question_sets.add("Q", Asked(text, "hand", judged, **values), ann)


def replaced(old, *pages, **values):
    new = document_of(old.collection, *pages, title="Work rules", **values)
    Document.objects.filter(pk=old.pk).update(state=Document.State.SUPERSEDED, superseded_by=new)
    return new


def test_judgement_moves_to_where_the_new_version_says_the_same(ann, old):
    question = asked(ann, "How long?", old, (0, 17))
    new = replaced(old, "Cover", NEW)

    assert follow() == 1
    assert follow() == 0

    judgement = question.judgements.get()
    assert (judgement.document, judgement.page, judgement.start, judgement.end) == (new, 2, 23, 40)
    assert measurable()[0].judged[0].document_id == new.pk
    change = QuestionChange.objects.first()
    assert (change.kind, change.count, change.changed_by) == ("followed", 1, None)


def test_judgement_whose_words_are_gone_waits_for_somebody(client, ann, old):
    asked(ann, "What colour?", old, (18, 34))
    replaced(old, NEW)

    follow()

    assert Judgement.objects.get().is_outdated
    assert measurable() == []
    client.force_login(ann)
    page = client.get(reverse("search:question_list")).content.decode()
    assert "To be checked" in page
    assert "to be checked" in page


def test_judgement_of_a_whole_document_moves_and_reaches_to_its_end(ann, old):
    question_sets.add("Q", Asked("All?", "hand", [Judged(old.pk, 1, 0, 0, 2, is_whole=True)]), ann)
    new = replaced(old, NEW)

    follow()

    (judged,) = measurable()[0].judged
    assert (judged.document_id, judged.start, judged.end, judged.is_whole) == (new.pk, 0, len(NEW), True)


def test_judgement_waits_until_the_new_version_has_been_read(ann, old):
    asked(ann, "How long?", old, (0, 17))
    replaced(old)

    assert follow() == 0
    assert not Judgement.objects.get().is_outdated
    assert measurable() == []


def test_judgement_goes_back_with_the_old_version(ann, old):
    asked(ann, "How long?", old, (0, 17))
    new = replaced(old, NEW)
    follow()
    Document.objects.filter(pk=new.pk).update(state=Document.State.SUPERSEDED, superseded_by=old)
    Document.objects.filter(pk=old.pk).update(state=Document.State.READY, superseded_by=None)

    follow()

    judgement = Judgement.objects.get()
    assert (judgement.document, judgement.start, judgement.end) == (old, 0, 17)


def test_what_was_judged_of_the_new_version_already_holds(ann, old):
    asked(ann, "How long?", old, (0, 17))
    new = replaced(old, OLD)
    Judgement.objects.create(question=Question.objects.get(), document=new, page=1, start=0, end=17, relevance=1)

    follow()

    assert Judgement.objects.get().relevance == 1


def test_question_whose_document_was_deleted_is_shown_without_its_source_and_not_measured(client, ann, old):
    asked(ann, "How long?", old, (0, 17))
    old.delete()
    client.force_login(ann)

    page = client.get(f"{reverse('search:question_list')}?check=lost").content.decode()

    assert measurable() == []
    assert "without its source" in page
    assert "How long?" in page


def test_measured_questions_are_ready_ones_of_the_sets_and_the_half_that_were_asked_for(ann, old):
    first = asked(ann, "How long?", old, (0, 17), split="tuning")
    held = asked(ann, "What colour?", old, (18, 34), split="held_out")
    question_sets.add("Q", Asked("Draft?", "rules", [Judged(old.pk, 1, 0, 5, 2)], state="draft"), ann)
    none = question_sets.add("Other", Asked("Pets?", "hand", is_answerable=False, split="tuning"), ann)

    assert [one.id for one in measurable()] == [first.pk, held.pk, none.pk]
    assert [one.id for one in measurable(split="held_out")] == [held.pk]
    assert [one.id for one in measurable([none.question_set_id])] == [none.pk]
    assert QuestionSet.objects.get(name="Q").version == 3


def test_direction_is_from_the_question_to_the_documents(ann, old):
    korean = document_of(old.collection, "연차는 15일입니다.", language="ko")
    asked(ann, "연차는 며칠인가요?", old, (0, 17))
    asked(ann, "How long?", old, (0, 17))
    both = [Judged(old.pk, 1, 0, 17, 2), Judged(korean.pk, 1, 0, 11, 2)]
    question_sets.add("Q", Asked("휴가 일수?", "hand", both), ann)

    assert [one.direction for one in measurable()] == ["ko-en", "en-en", "ko-ko"]


def test_parallel_questions_share_what_answers_them_and_inherit_it(ann, old):
    english = asked(ann, "How long?", old, (0, 17))
    korean = question_sets.add("Q", Asked("며칠인가요?", "hand"), ann)
    question_sets.make_parallel(korean, english, ann)

    first, second = measurable()
    assert (first.judged, first.pair) == (second.judged, second.pair)
    korean.refresh_from_db()
    question_sets.edit(korean, Asked("며칠 쉬나요?", "hand", [Judged(old.pk, 1, 18, 34, 1)]), ann)
    assert [one.judged[0].start for one in measurable()] == [18, 18]
    english.refresh_from_db()
    question_sets.remove(english, ann)

    (left,) = measurable()
    assert (left.text, left.judged[0].start, left.pair) == ("며칠 쉬나요?", 18, korean.pk)


def test_changes_are_told_with_who_made_them(client, ann, old):
    question = asked(ann, "How long?", old, (0, 17))
    question_sets.edit(question, Asked("How many days?", "hand", [Judged(old.pk, 1, 0, 17, 2)]), ann)
    question_sets.remove(question, ann)
    client.force_login(ann)

    page = client.get(reverse("search:question_changes", args=[QuestionSet.objects.get().pk])).content.decode()

    assert list(QuestionChange.objects.values_list("version", "kind", "text")) == [
        (4, "removed", "How many days?"),
        (3, "edited", "How many days?"),
        (2, "added", "How long?"),
    ]
    assert all(words in page for words in ("Removed", "How many days?", "ann"))
