"""The only place that knows language models: streams text from any OpenAI-compatible endpoint.

Whatever goes wrong leaves this module as AnswerFailure with a code. The client's quiet failures (an early
clean end, a web page instead of a reply, bad JSON, its own ten-minute time-out) are made loud here.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from django.conf import settings

from chat.failures import AnswerFailure, FailureCode
from chat.prompts import Instruction

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream
    from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

CONNECT_S = 3.0
# Longest silence between two pieces of a reply.
READ_S = 30.0
# An answer that takes longer than this is cut; it bounds what one stream can cost.
DEADLINE_S = 170.0
# Only a request that has not brought a word yet is tried again.
RETRIES = 1
MAX_CHARACTERS = 16_000

_STATUS_CODES = {
    400: FailureCode.BAD_REQUEST,
    401: FailureCode.KEY_REFUSED,
    403: FailureCode.KEY_REFUSED,
    404: FailureCode.UNKNOWN_MODEL,
    413: FailureCode.BAD_REQUEST,
    422: FailureCode.BAD_REQUEST,
    429: FailureCode.BUSY,
}
_ENDINGS = {"stop": None, "length": FailureCode.TRUNCATED, "content_filter": FailureCode.FILTERED}


class ChatModel(Protocol):
    """Writes text from instructions. `stream` raises AnswerFailure, also after pieces were given out."""

    @property
    def label(self) -> str: ...

    def stream(self, instructions: Sequence[Instruction]) -> AsyncGenerator[str]: ...


def configured_model() -> ChatModel | None:
    """Return the language model of the settings; None when answers are quoted from the documents."""
    if not (settings.LLM_BASE_URL and settings.LLM_MODEL):
        return None
    return OpenAICompatible(settings.LLM_BASE_URL, settings.LLM_API_KEY, settings.LLM_MODEL)


@dataclass(frozen=True, slots=True)
class OpenAICompatible:
    base_url: str
    api_key: str
    name: str

    @property
    def label(self) -> str:
        return self.name

    async def stream(self, instructions: Sequence[Instruction]) -> AsyncGenerator[str]:
        deadline = asyncio.get_running_loop().time() + DEADLINE_S
        written = 0
        with _failures_translated(lost=FailureCode.CUT):
            async with self._client() as client, self._reply(client, instructions, deadline) as reply:
                async for piece in _pieces(reply, deadline):
                    yield piece
                    written += len(piece)
                    if written > MAX_CHARACTERS:
                        raise AnswerFailure(FailureCode.TRUNCATED, "character limit")

    def _client(self) -> "AsyncOpenAI":
        import httpx2
        from openai import AsyncOpenAI

        timeout = httpx2.Timeout(READ_S, connect=CONNECT_S)
        return AsyncOpenAI(
            base_url=self.base_url,
            api_key=self.api_key or "none",
            timeout=timeout,
            max_retries=RETRIES,
            http_client=httpx2.AsyncClient(verify=_certificates(), timeout=timeout),
        )

    @asynccontextmanager
    async def _reply(
        self, client: "AsyncOpenAI", instructions: Sequence[Instruction], deadline: float
    ) -> "AsyncIterator[AsyncStream[ChatCompletionChunk]]":
        with _failures_translated(lost=FailureCode.UNREACHABLE):
            async with asyncio.timeout_at(deadline):
                reply = await client.chat.completions.create(
                    model=self.name, messages=_messages(instructions), stream=True
                )
        # Leaving the block closes the connection, and with it stops the generation upstream.
        async with reply:
            media_type = reply.response.headers.get("content-type", "")
            if not media_type.startswith("text/event-stream"):
                raise AnswerFailure(FailureCode.NOT_A_MODEL, f"content type {media_type}")
            yield reply


def _messages(instructions: Sequence[Instruction]) -> "list[ChatCompletionMessageParam]":
    return [
        {"role": "system", "content": instruction.text}
        if instruction.role == "system"
        else {"role": "user", "content": instruction.text}
        for instruction in instructions
    ]


async def _pieces(reply: "AsyncStream[ChatCompletionChunk]", deadline: float) -> AsyncGenerator[str]:
    chunks = aiter(reply)
    received = has_text = False
    ending = None
    while ending is None:
        try:
            async with asyncio.timeout_at(deadline):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            break
        received = True
        for choice in chunk.choices[:1]:
            ending = choice.finish_reason
            if choice.delta.content:
                has_text = True
                yield choice.delta.content
    _check_ending(ending, received=received, has_text=has_text)


def _check_ending(ending: str | None, *, received: bool, has_text: bool) -> None:
    if not received:
        raise AnswerFailure(FailureCode.NOT_A_MODEL, "no event in the reply")
    code = _ENDINGS.get(ending or "", FailureCode.CUT)
    if code:
        raise AnswerFailure(code, f"finish reason {ending}")
    if not has_text:
        raise AnswerFailure(FailureCode.EMPTY)


@contextmanager
def _failures_translated(*, lost: FailureCode) -> Iterator[None]:
    import openai

    try:
        yield
    except (openai.APITimeoutError, TimeoutError) as error:
        raise AnswerFailure(FailureCode.SLOW, str(error)) from error
    except openai.APIStatusError as error:
        code = _STATUS_CODES.get(error.status_code, FailureCode.MODEL_FAULT)
        raise AnswerFailure(code, f"status {error.status_code}") from error
    except openai.APIConnectionError as error:
        raise AnswerFailure(lost, repr(error.__cause__)) from error
    except openai.APIError as error:
        raise AnswerFailure(FailureCode.MODEL_FAULT, error.message) from error
    except (ValueError, TypeError, AttributeError) as error:
        # Neither bad JSON nor JSON of another shape is an error of the client's own.
        raise AnswerFailure(FailureCode.BROKEN_REPLY, repr(error)) from error


@cache
def _certificates() -> ssl.SSLContext:
    """Loading the certificates takes 40 ms, which would hold up every other stream of the process."""
    return ssl.create_default_context()
