"""A completion while it is written: each piece of the answer as a chunk, and the citations in the last one."""

import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any

from django.utils import translation
from django.utils.translation import get_language

from chat.database import in_database
from chat.events import Done, Failed, Silence, Token
from chat.failures import FailureCode
from chat.models import Answer
from chat.streaming import HEARTBEAT
from chat.tokens import estimated
from chat.transcript import ShownAnswer, shown
from documents.views.requests import PersonRequest
from portal.api.answers import citations_of, refusal_of, stored, tell_quotes, text_of
from portal.api.asking import following
from portal.api.errors import ApiError, of_answer
from portal.completions import replies
from portal.completions.replies import Reply
from portal.completions.requests import Wanted

END = b"data: [DONE]\n\n"
# Cut short, and yet what the protocol takes for an end.
_ENDS = (FailureCode.TRUNCATED, FailureCode.FILTERED)


async def chunks(answer: Answer, request: PersonRequest, wanted: Wanted) -> AsyncGenerator[bytes]:
    language = get_language() or ""
    created = int(answer.created_at.timestamp())

    def piece(delta: dict[str, Any]) -> bytes:
        return _frame(replies.chunk(answer.pk, wanted.model, created, delta))

    yield piece({"role": "assistant", "content": ""})
    has_text = False
    async with aclosing(following(answer, request.user)) as events:
        async for event in events:
            if isinstance(event, Token):
                has_text = True
                yield piece({"content": event.text})
            elif isinstance(event, Silence):
                yield HEARTBEAT
            elif isinstance(event, Failed) and event.code not in _ENDS:
                with translation.override(language):
                    raise of_answer(event.code)
            elif isinstance(event, Done | Failed):
                reply = await in_database(_reply)(answer.pk, request, wanted.model, language)
                if not has_text:
                    yield piece({"content": reply.text})
                yield _frame(replies.last_chunk(reply))
                if wanted.wants_usage:
                    yield _frame(replies.usage_chunk(reply))
    yield END


def reply_of(view: ShownAnswer, model: str, absolute: Callable[[str], str]) -> Reply:
    """What is told of a finished answer; where there is none, the sentence that says so."""
    answer = view.answer
    text = text_of(view) or refusal_of(view)
    question = answer.message.standalone_question or answer.message.text
    return Reply(
        id=answer.pk,
        model=model,
        created=int(answer.created_at.timestamp()),
        text=text,
        citations=citations_of(view, absolute),
        code=answer.error_code,
        input_tokens=answer.input_tokens or estimated(question),
        output_tokens=answer.output_tokens or estimated(text),
    )


def _reply(answer_id: int, request: PersonRequest, model: str, language: str) -> Reply:
    with translation.override(language):
        view = shown(stored(answer_id), request.user)
        tell_quotes(view, request.user, "OpenAI")
        return reply_of(view, model, request.build_absolute_uri)


def broken(failure: ApiError) -> bytes:
    """What ends a stream in place of its last chunk."""
    return _frame(replies.problem(failure))


def _frame(payload: Mapping[str, Any]) -> bytes:
    return f"data: {json.dumps(payload, ensure_ascii=False)}\n\n".encode()
