"""A reviewer's answer is given again to whoever asks the same: to whom, for how long, and with which citations."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from chat import answers, conversations, corrections
from chat.models import Answer, Correction
from chat.review import reviews
from chat.review.corrected import listed
from chat.review.reviews import Opinion
from documents.models import Document
from tests.chat.conftest import LEAVE
from tests.factories import make_answer, make_collection, make_user, source_of

QUESTION = "How many days of annual leave do I get?"
REWORDED = "how many annual leave days do I have"
CORRECTED = "You receive 15 days of annual leave [1]."

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(db):
    return make_user("reviewer", staff=True)


@pytest.fixture
def correction(library, reviewer):
    """The answer about annual leave, corrected."""
    text = "Every employee receives 15 days of annual leave."
    source = source_of(library.leave, start=LEAVE.index(text), end=LEAVE.index(text) + len(text))
    vpn = source_of(library.vpn, 2)
    answer = make_answer(library.alice, QUESTION, "Ten days [1].", passages=[source, vpn])
    reviews.record(answer, reviewer, Opinion("wrong", corrected=CORRECTED))
    return Correction.objects.get()


def ask(person, question=REWORDED, **scope):
    """The stored answer to a question asked anew."""
    conversation = conversations.start(person, question, **scope)
    return written(Answer.objects.get(message__conversation=conversation), person)


def written(answer, person):
    async def drain():
        async for _event in answers.write(answer.pk, person):
            pass

    async_to_sync(drain)()
    answer.refresh_from_db()
    return answer


def test_given_to_whoever_asks_the_same(library, correction):
    answer = ask(library.bob)

    assert (answer.text, answer.correction, answer.state) == (CORRECTED, correction, Answer.State.COMPLETE)
    assert answer.grounded
    assert not answer.is_quoted


def test_its_citations_are_checked_anew(library, correction):
    (citation,) = ask(library.bob).citations.all()

    assert citation.document == library.leave
    assert citation.quote.startswith("Every employee receives 15 days")
    assert citation.finding == "supported"
    assert CORRECTED[citation.mark_start : citation.mark_end] == "[1]"


def test_model_is_not_asked(library, correction, model):
    answer = ask(library.bob)

    assert answer.correction == correction
    assert model.requests == []


def test_not_given_to_another_question(library, correction):
    assert ask(library.bob, "Who approves annual leave?").correction is None


def test_not_given_to_somebody_who_may_not_read_all_of_it(library, correction):
    answer = ask(library.charlie)

    assert answer.correction is None
    assert "15" not in answer.text


def test_not_given_outside_of_what_is_asked(library, correction):
    elsewhere = make_collection("Elsewhere", readers=[library.bob])

    assert ask(library.bob, collections=[elsewhere.pk]).correction is None
    assert ask(library.bob, documents=[library.vpn.pk]).correction is None
    assert ask(library.bob, collections=[library.collection.pk]).correction == correction
    assert ask(library.bob, documents=[library.leave.pk]).correction == correction


def test_who_asks_again_gets_another_answer(library, correction):
    first = ask(library.bob)

    conversations.ask_again(first.message)
    second = written(Answer.objects.latest("pk"), library.bob)

    assert second.message == first.message
    assert second.correction is None


def _replaced(document):
    Document.objects.filter(pk=document.pk).update(state=Document.State.SUPERSEDED, superseded_at=timezone.now())


def _no_longer_in_effect(document):
    Document.objects.filter(pk=document.pk).update(effective_until=timezone.localdate() - timedelta(days=1))


def _not_in_effect_yet(document):
    Document.objects.filter(pk=document.pk).update(effective_from=timezone.localdate() + timedelta(days=1))


@pytest.mark.parametrize("change", [_replaced, _no_longer_in_effect, _not_in_effect_yet])
def test_expires_when_its_document_changes(library, correction, reviewer, change):
    change(library.leave)

    (row,) = listed([correction], reviewer)
    assert row.ended.startswith("“Leave”")
    assert ask(library.bob).correction is None
    correction.refresh_from_db()
    assert correction.expired_at is not None


def test_expires_when_its_document_is_deleted(library, correction, reviewer):
    Document.objects.filter(pk=library.leave.pk).delete()

    (row,) = listed([correction], reviewer)

    assert row.ended == "A document that it rests on was deleted."
    assert row.text == ""
    assert ask(library.bob).correction is None


def test_not_given_while_its_document_is_read_again(library, correction):
    Document.objects.filter(pk=library.leave.pk).update(state=Document.State.READING)
    assert ask(library.bob).correction is None

    Document.objects.filter(pk=library.leave.pk).update(state=Document.State.READY)
    assert ask(library.bob).correction == correction


def test_taken_back(library, correction, reviewer):
    corrections.take_back(correction)

    assert ask(library.bob).correction is None
    correction.refresh_from_db()
    (row,) = listed([correction], reviewer)
    assert row.ended.startswith("Taken back on")


def test_refusal_is_kept_and_never_given(library, reviewer):
    answer = make_answer(library.alice, QUESTION, "Ten days [1].", passages=[source_of(library.leave)])
    reviews.record(answer, reviewer, Opinion("wrong", corrected="The documents do not say."))

    assert Correction.objects.get().documents == []
    assert ask(library.bob).correction is None


def test_marks_are_counted_anew_and_back(library, reviewer):
    passages = [source_of(library.leave, number, start=10 * number, end=10 * number + 5) for number in (1, 2, 3)]
    answer = make_answer(library.alice, passages=passages)
    typed = "Third [3], first [1], third again [3]. `[2]` is code."
    reviews.record(answer, reviewer, Opinion("wrong", corrected=typed))

    correction = Correction.objects.get()

    assert correction.text == "Third [2], first [1], third again [2]. `[2]` is code."
    assert [(passage["number"], passage["start"]) for passage in correction.passages] == [(1, 10), (2, 30)]
    assert corrections.typed(correction, answer) == typed


def test_same_text_again_does_not_bring_back_what_has_expired(library, correction, reviewer):
    corrections.take_back(correction)
    answer = correction.review.answer

    reviews.record(answer, reviewer, Opinion("wrong", corrected=CORRECTED))
    correction.refresh_from_db()
    assert correction.expired_at is not None

    reviews.record(answer, reviewer, Opinion("wrong", corrected="It is 15 days [1]."))
    correction.refresh_from_db()
    assert correction.expired_at is None


def test_reviewer_vouches_for_what_the_check_cannot_find(library, reviewer):
    answer = make_answer(
        library.alice, QUESTION, "Ten days [1].", passages=[source_of(library.leave, start=14, end=62)]
    )
    reviews.record(answer, reviewer, Opinion("wrong", corrected="Three weeks off, more or less [1]."))

    (citation,) = ask(library.bob).citations.all()

    assert citation.finding == "supported"
    assert citation.support < 0.5


def test_correction_that_was_found_wrong_is_taken_back(library, correction, reviewer):
    given = ask(library.bob)

    reviews.record(given, reviewer, Opinion("wrong"))

    correction.refresh_from_db()
    assert correction.expired_at is not None
