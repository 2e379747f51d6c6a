"""Asking: the whole answer at once, or the events of its writing; both are stored as a conversation of the person."""

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from asgiref.sync import async_to_sync
from django.db import InterfaceError, OperationalError
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import get_language
from ninja import Field, Router, Schema

from chat import conversations, precedence, running, streaming
from chat.asked import MOST_DOCUMENTS, Asked
from chat.events import Event
from chat.failures import FailureCode
from chat.forms import LONGEST_QUESTION
from chat.models import Answer, Conversation
from chat.transcript import ShownAnswer, shown
from documents.connections import give_back
from documents.views.requests import PersonRequest
from portal.api.answer_events import broken, framed
from portal.api.answers import AnswerOut, stored, tell_quotes, told
from portal.api.bearer import needs
from portal.api.errors import ApiError, ErrorCode, error, of_answer
from portal.api.reach import found, refuse_unseen
from portal.api.sent import Sent
from portal.models import ApiToken

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

logger = logging.getLogger(__name__)

router = Router(tags=["Ask"])


class Question(Sent, Schema):
    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    conversation: int | None = Field(None, description="Go on with this conversation of one's own.")
    collections: list[int] = Field([], max_length=100, description="Ask these; none means all that may be read.")
    documents: list[int] = Field([], max_length=MOST_DOCUMENTS, description="Ask these documents too, or alone.")
    stream: bool = Field(False, description="Server-sent events instead of one JSON document.")


@router.post("/ask", response=AnswerOut, summary="Ask a question", **needs(ApiToken.Scope.ASK))
def ask(request: PersonRequest, wanted: Question) -> AnswerOut | HttpResponseBase:
    """Answered from the documents that the person may read, with citations."""
    refuse_unseen(request, wanted.collections, wanted.documents)
    refuse_crowd()
    answer = _begun(request, wanted)
    if wanted.stream:
        return event_stream(_events(answer, request), broken)
    return told(finished(answer, request.user, "API"), request.build_absolute_uri)


def refuse_crowd() -> None:
    """Raises ApiError while as many answers are being written as this process can bear."""
    if streaming.is_crowded():
        raise of_answer(FailureCode.CROWDED)


def event_stream(events: AsyncGenerator[bytes], broken: Callable[[ApiError], bytes]) -> StreamingHttpResponse:
    """Events as they come; `broken` frames what ends them before their time."""
    whole = _ended_in_words(events, broken, get_language() or "")
    return StreamingHttpResponse(whole, content_type="text/event-stream", headers=streaming.HEADERS)


def begun(person: "AbstractUser", questions: Sequence[str], asked: Asked, origin: Conversation.Origin) -> Answer:
    """An answer that waits to be written, in a conversation of its own."""
    conversation = conversations.start_after(person, questions, asked, origin)
    return stored(Answer.objects.get(message__conversation=conversation).pk)


def _begun(request: PersonRequest, wanted: Question) -> Answer:
    asked = Asked(tuple(wanted.collections), tuple(wanted.documents))
    if wanted.conversation is None:
        return begun(request.user, [wanted.question], asked, Conversation.Origin.API)
    conversation = found(Conversation.objects.visible_to(request.user), wanted.conversation)
    if asked.is_narrow:
        conversations.narrow(conversation, asked.collections, asked.documents)
    message = conversations.ask_on(conversation, wanted.question)
    return stored(message.answers.latest("pk").pk)


async def _events(answer: Answer, request: PersonRequest) -> AsyncGenerator[bytes]:
    ids = {"conversation": answer.message.conversation_id, "message": answer.message_id, "answer": answer.pk}
    yield streaming.frame("started", ids)
    language = get_language() or ""
    async with aclosing(following(answer, request.user)) as events:
        async for event in events:
            yield await framed(event, answer.pk, request, language)


async def _ended_in_words(
    events: AsyncGenerator[bytes], broken: Callable[[ApiError], bytes], language: str
) -> AsyncGenerator[bytes]:
    """What breaks once the status has been sent can be told in the stream only."""
    try:
        async with aclosing(events):
            async for event in events:
                yield event
    except ApiError as failure:
        yield broken(failure)
    except Exception as failure:
        logger.exception("a stream of a program broke")
        is_away = isinstance(failure, OperationalError | InterfaceError)
        with translation.override(language):
            mistake = error(ErrorCode.DATABASE_AWAY if is_away else ErrorCode.INTERNAL)
        yield broken(mistake)


async def following(answer: Answer, person: "AbstractUser") -> AsyncGenerator[Event]:
    """What happens to the answer, in one of the places for open streams."""
    with streaming.place():
        async with aclosing(running.follow(answer, person)) as events:
            async for event in events:
                yield event


def finished(answer: Answer, person: "AbstractUser", through: str) -> ShownAnswer:
    """Have it written and return it, its quotes recorded as read. Raises ApiError if there is nothing to read."""
    # Writing takes as long as the language model wants to talk.
    give_back()
    with precedence.waiting():
        async_to_sync(_to_its_end)(answer, person)
    view = shown(stored(answer.pk), person)
    if view.answer.state == Answer.State.FAILED:
        raise of_answer(view.answer.error_code)
    tell_quotes(view, person, through)
    return view


async def _to_its_end(answer: Answer, person: "AbstractUser") -> None:
    async for _event in following(answer, person):
        pass
