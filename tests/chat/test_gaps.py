"""Questions that stayed without an answer are noted, and closed when they are answered since."""

import pytest
from asgiref.sync import async_to_sync

from chat import answers, conversations, gaps
from chat.models import Answer, Gap
from tests.chat.passages import query
from tests.factories import indexed_document
from tests.llm_server import Script

pytestmark = pytest.mark.django_db

NOWHERE = "Is there a kindergarten subsidy for grandchildren?"


def written(reader, question) -> Answer:
    conversation = conversations.start(reader, question)
    answer = Answer.objects.get(message__conversation=conversation)

    async def drain():
        async for _event in answers.write(answer.pk, reader):
            pass

    async_to_sync(drain)()
    answer.refresh_from_db()
    return answer


def test_a_refusal_is_noted_for_the_editors_of_what_came_nearest(library):
    answer = written(library.bob, NOWHERE)

    gap = Gap.objects.get()

    assert not answer.grounded
    assert (gap.answer, gap.question, gap.language) == (answer, NOWHERE, "en")
    assert gap.collections == [library.collection.pk]
    assert [gap.question for gap in Gap.objects.visible_to(library.alice)] == [NOWHERE]


def test_an_answer_is_no_gap_and_its_evidence_is_kept(library):
    answered, refused = written(library.bob, "How many days of annual leave?"), written(library.bob, NOWHERE)

    assert Gap.objects.get().answer == refused
    assert answered.evidence > refused.evidence


def test_the_model_that_finds_no_answer_leaves_a_gap_too(library, model):
    model.script = Script(pieces=["The documents do not say."])

    answer = written(library.bob, "How many days of annual leave?")

    assert Gap.objects.get().answer == answer
    assert answer.evidence > 0.5


def test_what_is_answered_when_it_is_asked_again_is_closed_by_itself(library):
    written(library.bob, NOWHERE)
    indexed_document(library.collection, "A kindergarten subsidy is paid for grandchildren, too.", file_name="kids.txt")

    written(library.bob, f"{NOWHERE[:-1]}??")

    gap = Gap.objects.get()
    assert gap.answered_since
    assert gap.closed_at
    assert gap.closed_by is None


def test_asked_again_of_the_same_message_it_is_counted_once(library):
    answer = written(library.bob, NOWHERE)
    again = Answer.objects.create(message=answer.message, state=Answer.State.COMPLETE)

    gaps.note(again, query(NOWHERE), ())

    assert Gap.objects.count() == 1
