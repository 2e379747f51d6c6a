"""Stored answers: written once, saved however they end, citing the documents' own words."""

import asyncio
from contextlib import suppress
from hashlib import sha256

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from chat import answers, conversations
from chat.events import CitationsReady, Done, Failed, Sources, Status, Step, Token
from chat.failures import FailureCode
from chat.models import ABANDONED_AFTER, Answer
from documents import ingestion
from documents.models import Document
from documents.pages import text_between
from tests.llm_server import Script

pytestmark = pytest.mark.django_db

QUESTION = "How many days of annual leave does an employee receive?"


def asked(user, question=QUESTION) -> Answer:
    return Answer.objects.get(message__conversation=conversations.start(user, question))


def written(answer: Answer, reader) -> list:
    async def collect():
        return [event async for event in answers.write(answer.pk, reader)]

    events = async_to_sync(collect)()
    answer.refresh_from_db()
    return events


def test_an_answer_is_quoted_cited_and_saved(library):
    answer = asked(library.bob)

    events = written(answer, library.bob)

    assert [type(event) for event in events] == [Status, Sources, Status, Token, Status, CitationsReady, Done]
    assert answer.state == Answer.State.COMPLETE
    assert answer.grounded
    assert answer.text.startswith("Every employee receives 15 days of annual leave. [1]")


def test_time_to_the_first_word_is_stored(library):
    answer = asked(library.bob)
    written(answer, library.bob)

    assert 0 < answer.first_word_ms <= answer.milliseconds


def test_where_nothing_is_said_there_is_no_first_word(library):
    answer = asked(library.bob, "Who won the chess tournament in Reykjavik?")
    written(answer, library.bob)

    assert answer.text == ""
    assert answer.first_word_ms is None


def test_a_citation_holds_the_documents_own_words(library):
    answer = asked(library.bob)
    written(answer, library.bob)

    citation = answer.citations.get()

    assert citation.document == library.leave
    assert citation.quote == text_between(library.leave.pk, citation.start, citation.end)
    assert citation.quote_hash == sha256(citation.quote.encode()).hexdigest()
    assert answer.text[citation.mark_start : citation.mark_end] == f"[{citation.number}]"
    assert citation.support == 1.0


def test_what_was_written_is_kept_when_its_citations_cannot_be_found(library, monkeypatch):
    def broken(*_arguments):
        raise RuntimeError("no citations today")

    monkeypatch.setattr(answers.answering, "cite", broken)
    answer = asked(library.bob)

    events = written(answer, library.bob)

    assert events[-1] == Failed(FailureCode.INTERNAL)
    assert answer.state == Answer.State.INTERRUPTED
    assert answer.text.startswith("Every employee receives 15 days")
    assert not answer.citations.exists()


def test_the_stored_sources_hold_no_text(library):
    answer = asked(library.bob)
    written(answer, library.bob)

    assert answer.passages
    assert "15 days" not in str(answer.passages)


def test_an_outsider_gets_nothing_of_what_others_may_read(library):
    answer = asked(library.charlie)

    events = written(answer, library.charlie)

    assert Sources(()) in events
    assert (answer.text, answer.grounded, answer.passages) == ("", False, [])


def test_what_the_documents_do_not_say_is_refused_with_the_nearest_passages(library):
    answer = asked(library.bob, "Is there a kindergarten subsidy for grandchildren?")
    written(answer, library.bob)

    assert (answer.state, answer.text, answer.grounded) == (Answer.State.COMPLETE, "", False)
    assert answer.passages


def test_an_answer_is_written_once(library, model):
    answer = asked(library.bob)
    first, second = written(answer, library.bob), written(answer, library.bob)

    assert isinstance(first[-1], Done)
    assert second == [Done()]
    assert len(model.requests) == 1


def test_whoever_comes_while_it_is_written_is_told_so(library):
    answer = asked(library.bob)
    Answer.objects.claim(answer.pk)

    assert written(answer, library.bob) == [Status(Step.ELSEWHERE)]


def test_an_answer_whose_writer_is_stopped_while_it_claims_it_has_an_end(library, monkeypatch):
    answer, claim = asked(library.bob), answers._claim

    async def collect():
        return [event async for event in answers.write(answer.pk, library.bob)]

    async def stopped():
        task = asyncio.create_task(collect())

        def claim_and_stop(run):
            claim(run)
            task.get_loop().call_soon_threadsafe(task.cancel)

        monkeypatch.setattr(answers, "_claim", claim_and_stop)
        with suppress(asyncio.CancelledError):
            await task

    async_to_sync(stopped)()

    answer.refresh_from_db()
    assert answer.state == Answer.State.INTERRUPTED


def test_an_answer_whose_writer_died_is_given_up(library):
    answer = asked(library.bob)
    Answer.objects.filter(pk=answer.pk).update(claimed_at=timezone.now() - 2 * ABANDONED_AFTER)

    assert written(answer, library.bob) == [Done()]
    assert answer.state == Answer.State.INTERRUPTED


def test_the_model_reads_the_passages_and_its_marks_are_checked(library, model):
    model.script = Script(pieces=["An employee receives ", "15 days of annual leave [", "1]. It rains. [1]"])
    answer = asked(library.bob)

    written(answer, library.bob)

    assert (answer.model, answer.prompt_version) == ("test-model", "answer/2")
    assert "Every employee receives 15 days" in model.requests[0]["messages"][1]["content"]
    supported, unsupported = answer.citations.all()
    assert supported.quote == "Every employee receives 15 days of annual leave."
    assert supported.support > 0.5 > unsupported.support


def test_a_number_that_does_not_exist_never_reaches_the_reader(library, model):
    model.script = Script(pieces=["It is 15 days [", "9", "]", " in all [1]."])
    answer = asked(library.bob)

    events = written(answer, library.bob)

    assert "".join(event.text for event in events if isinstance(event, Token)) == "It is 15 days in all [1]."
    assert answer.text == "It is 15 days in all [1]."


def test_an_answer_without_a_mark_is_not_grounded(library, model):
    model.script = Script(pieces=["The documents do not answer this."])
    answer = asked(library.bob)
    written(answer, library.bob)

    assert (answer.state, answer.grounded) == (Answer.State.COMPLETE, False)


def test_a_cut_keeps_what_came_with_its_citations(library, model):
    model.script = Script(pieces=["Every employee receives 15 days [1]. And then [1"], cut=True)
    answer = asked(library.bob)

    events = written(answer, library.bob)

    assert events[-1] == Failed(FailureCode.CUT)
    assert (answer.state, answer.error_code) == (Answer.State.INTERRUPTED, "cut")
    assert answer.text == "Every employee receives 15 days [1]. And then [1"
    assert answer.citations.count() == 1


def test_an_answer_that_was_too_long_is_complete_and_says_so(library, model):
    model.script = Script(finish="length")
    answer = asked(library.bob)
    written(answer, library.bob)

    assert (answer.state, answer.error_code) == (Answer.State.COMPLETE, "truncated")


def test_a_model_that_refuses_leaves_a_failed_answer(library, model):
    model.script = Script(status=401, body="{}", content_type="application/json")
    answer = asked(library.bob)
    written(answer, library.bob)

    assert (answer.state, answer.error_code, answer.text) == (Answer.State.FAILED, "key_refused", "")


def test_a_document_deleted_while_the_answer_is_written_is_cited_without_its_row(library, model):
    answer = asked(library.bob)

    async def collect():
        async for event in answers.write(answer.pk, library.bob):
            if isinstance(event, Token):
                await answers.in_database(ingestion.delete)(leave)

    leave = Document.objects.get(pk=library.leave.pk)
    async_to_sync(collect)()

    citation = answer.citations.get()
    assert citation.document is None
    assert citation.quote == "Every employee receives 15 days of annual leave."


def test_a_conversation_deleted_while_its_answer_is_written_stays_deleted(library, model):
    answer = asked(library.bob)
    conversation = answer.message.conversation

    async def collect():
        async for event in answers.write(answer.pk, library.bob):
            if isinstance(event, Sources):
                await answers.in_database(conversation.delete)()

    async_to_sync(collect)()

    assert not Answer.objects.filter(pk=answer.pk).exists()


def test_a_follow_up_is_searched_with_the_question_before(library):
    first = asked(library.bob, "How long does a VPN session last?")
    written(first, library.bob)
    conversations.ask_on(first.message.conversation, "And its maintenance?")
    second = Answer.objects.latest("pk")

    written(second, library.bob)

    assert "VPN" in second.message.standalone_question
    assert "Tuesdays" in second.text


def test_asking_again_keeps_the_older_answer_and_waits_for_one_that_is_being_written(library):
    answer = asked(library.bob)
    conversations.ask_again(answer.message)
    assert answer.message.answers.count() == 1

    written(answer, library.bob)
    conversations.ask_again(answer.message)

    assert answer.message.answers.count() == 2


@pytest.mark.parametrize(("claimed", "state"), [(False, Answer.State.STOPPED), (True, Answer.State.STREAMING)])
def test_stop_ends_at_once_what_nobody_writes(library, claimed, state):
    answer = asked(library.bob)
    if claimed:
        Answer.objects.claim(answer.pk)

    Answer.objects.request_stop(answer.pk)

    answer.refresh_from_db()
    assert answer.state == state
    assert answer.stop_requested_at
