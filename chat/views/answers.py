"""The stream of one answer, and what may be done with it. Everything here works without JavaScript too."""

from typing import TYPE_CHECKING

from asgiref.sync import async_to_sync
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from chat import conversations, precedence, running, streaming
from chat.models import Answer
from chat.views.requests import readable_answer, to_answer
from documents.connections import give_back
from documents.views.requests import PersonRequest

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@require_GET
def stream(request: PersonRequest, answer_id: int) -> HttpResponseBase:
    answer = readable_answer(request, answer_id)
    events = streaming.server_sent(answer, request.user, get_language() or "")
    return StreamingHttpResponse(events, content_type="text/event-stream", headers=streaming.HEADERS)


@require_POST
def write(request: PersonRequest, answer_id: int) -> HttpResponse:
    """Write the whole answer at once, for a browser that cannot read a stream."""
    answer = readable_answer(request, answer_id)
    # Writing takes as long as the language model wants to talk.
    give_back()
    with precedence.waiting(), streaming.place():
        async_to_sync(_drain)(answer, request.user)
    return to_answer(answer)


@require_POST
def stop(request: PersonRequest, answer_id: int) -> HttpResponse:
    answer = readable_answer(request, answer_id)
    Answer.objects.request_stop(answer.pk)
    running.stop(answer.pk)
    return to_answer(answer)


@require_POST
def again(request: PersonRequest, answer_id: int) -> HttpResponse:
    answer = readable_answer(request, answer_id)
    return to_answer(conversations.ask_again(answer.message))


async def _drain(answer: Answer, reader: "AbstractUser") -> None:
    async for _event in running.follow(answer, reader):
        pass
