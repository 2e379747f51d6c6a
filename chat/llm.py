"""The only place that knows language models: streams text from any OpenAI-compatible endpoint.

Whatever goes wrong leaves this module as AnswerFailure with a code. The client's quiet failures (an early clean end,
a web page instead of a reply, bad JSON, its own ten-minute time-out) are made loud here and in chat.reply.
"""

import asyncio
import random
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from weakref import WeakKeyDictionary

from django.conf import settings

from chat import refusals, tokens
from chat.failures import AnswerFailure, FailureCode
from chat.prompts import Instruction
from chat.reply import Reply, Usage
from documents import retry_after

if TYPE_CHECKING:
    import httpx2
    import openai
    from openai import AsyncOpenAI, AsyncStream
    from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

CONNECT_S = 3.0
# A reply that takes longer than this is cut; it bounds what one stream can cost.
DEADLINE_S = 180.0
# Only a request that has not brought a word yet is tried again, and only after a short pause.
PAUSE_S = 0.5
LONGEST_PAUSE_S = 3.0
# How long the counts may take that follow the last word.
LAST_WORD_S = 0.3
# A server that knows no limit of tokens is cut off at so many characters for each.
CHARACTERS_PER_TOKEN = 8


class ChatModel(Protocol):
    """Writes text from instructions. `stream` raises AnswerFailure, also after pieces were given out.

    What it used is added to `usage`, however it ends.
    """

    @property
    def label(self) -> str: ...

    def stream(self, instructions: Sequence[Instruction], usage: Usage | None = None) -> AsyncGenerator[str]: ...


def configured_model() -> ChatModel | None:
    """Return the language model of the settings; None when answers are quoted from the documents."""
    if not (settings.LLM_BASE_URL and settings.LLM_MODEL):
        return None
    return OpenAICompatible(settings.LLM_BASE_URL, settings.LLM_API_KEY, settings.LLM_MODEL)


def prepare() -> None:
    """Load the client, which takes a second that open streams would otherwise have to wait for."""
    for module in ("openai.resources.chat", "chat.upstream"):
        import_module(module)
    _certificates()


@dataclass(frozen=True, slots=True)
class OpenAICompatible:
    base_url: str
    api_key: str
    name: str

    @property
    def label(self) -> str:
        return self.name

    async def stream(self, instructions: Sequence[Instruction], usage: Usage | None = None) -> AsyncGenerator[str]:
        deadline = asyncio.get_running_loop().time() + DEADLINE_S
        reply, text, room = Reply(), "", CHARACTERS_PER_TOKEN * settings.LLM_MAX_TOKENS
        try:
            async with self._connection(instructions, deadline) as received, aclosing(received):
                async for piece in _pieces(received, reply, deadline):
                    text += piece
                    yield piece
                    if len(text) > room:
                        raise AnswerFailure(FailureCode.TRUNCATED, "character limit")
        finally:
            if usage is not None and (text or reply.counted):
                _count(usage, instructions, text, reply)

    @asynccontextmanager
    async def _connection(
        self, instructions: Sequence[Instruction], deadline: float
    ) -> AsyncIterator[AsyncGenerator[bytes]]:
        """What arrives. Leaving the block closes the connection, and with it stops the generation upstream."""
        with _failures_translated(FailureCode.UNREACHABLE):
            async with asyncio.timeout_at(deadline):
                stream = await self._asked(instructions)
        async with stream:
            media_type = stream.response.headers.get("content-type", "")
            if not media_type.startswith("text/event-stream"):
                raise AnswerFailure(FailureCode.NOT_A_MODEL, f"content type {media_type}")
            yield _bytes(stream.response)

    async def _asked(self, instructions: Sequence[Instruction]) -> "AsyncStream[ChatCompletionChunk]":
        """Ask, and once more where the server is busy or away for a moment only."""
        import openai

        client = _client(self.base_url, self.api_key)
        try:
            return await self._accepted(client, instructions)
        except (openai.APIConnectionError, openai.APIStatusError) as error:
            pause_s = _pause(error)
            if pause_s is None:
                raise
        await asyncio.sleep(pause_s)
        return await self._accepted(client, instructions)

    async def _accepted(
        self, client: "AsyncOpenAI", instructions: Sequence[Instruction]
    ) -> "AsyncStream[ChatCompletionChunk]":
        """Ask in the words that this server knows, which one learns by asking."""
        import openai

        wording = _wordings.get((self.base_url, self.name), _Wording())
        while True:
            try:
                stream = await client.chat.completions.create(
                    model=self.name, messages=_messages(instructions), stream=True, extra_body=wording.options()
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                simpler = wording.simpler(_said(error))
                if simpler is None:
                    raise
                wording = simpler
            else:
                _wordings[self.base_url, self.name] = wording
                return stream


@dataclass(frozen=True, slots=True)
class _Wording:
    """Servers differ in whether they count tokens on request, and in how they call their limit."""

    counts: bool = True
    limit: str = "max_tokens"

    def options(self) -> dict[str, Any]:
        counting = {"stream_options": {"include_usage": True}} if self.counts else {}
        return {self.limit: settings.LLM_MAX_TOKENS, **counting}

    def simpler(self, refusal: str) -> "_Wording | None":
        if self.limit == "max_tokens" and "max_completion_tokens" in refusal:
            return replace(self, limit="max_completion_tokens")
        if not self.counts or refusals.code_of(400, refusal) is FailureCode.TOO_LONG:
            return None
        return replace(self, counts=False)


_wordings: dict[tuple[str, str], _Wording] = {}
# Connections belong to the event loop that made them.
_clients: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str, float], AsyncOpenAI]]" = (
    WeakKeyDictionary()
)


def _client(base_url: str, api_key: str) -> "AsyncOpenAI":
    read_s = float(settings.LLM_TIMEOUT_S)
    clients = _clients.setdefault(asyncio.get_running_loop(), {})
    if (base_url, api_key, read_s) not in clients:
        clients[base_url, api_key, read_s] = _new_client(base_url, api_key, read_s)
    return clients[base_url, api_key, read_s]


def _new_client(base_url: str, api_key: str, read_s: float) -> "AsyncOpenAI":
    import httpx2
    from openai import AsyncOpenAI

    from chat.upstream import Upstream

    timeout = httpx2.Timeout(read_s, connect=CONNECT_S)
    if _goes_through_a_proxy(base_url):
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
        web = httpx2.AsyncClient(verify=_certificates(), timeout=timeout, limits=limits)
    else:
        web = httpx2.AsyncClient(transport=Upstream(_certificates()), timeout=timeout)
    return AsyncOpenAI(base_url=base_url, api_key=api_key or "none", max_retries=0, timeout=timeout, http_client=web)


def _goes_through_a_proxy(base_url: str) -> bool:
    parts, proxies = urlsplit(base_url), getproxies()
    return bool(proxies.get(parts.scheme) or proxies.get("all")) and not proxy_bypass(parts.hostname or "")


def _messages(instructions: Sequence[Instruction]) -> "list[ChatCompletionMessageParam]":
    return [
        {"role": "system", "content": instruction.text}
        if instruction.role == "system"
        else {"role": "user", "content": instruction.text}
        for instruction in instructions
    ]


async def _bytes(response: "httpx2.Response") -> AsyncGenerator[bytes]:
    async for received in response.aiter_bytes():
        yield received


async def _pieces(received: AsyncGenerator[bytes], reply: Reply, deadline: float) -> AsyncGenerator[str]:
    with _failures_translated(FailureCode.CUT):
        while not reply.is_done and (data := await _next(received, reply, deadline)):
            if piece := reply.taken(data):
                yield piece
        reply.check_end()


async def _next(received: AsyncGenerator[bytes], reply: Reply, deadline: float) -> bytes:
    """Return what arrives next; nothing at the end. What goes wrong after the last word does not matter any more."""
    import httpx2

    has_ended = reply.ending is not None
    last_word = asyncio.get_running_loop().time() + LAST_WORD_S
    try:
        async with asyncio.timeout_at(min(deadline, last_word) if has_ended else deadline):
            return await anext(received, b"")
    except (TimeoutError, httpx2.HTTPError):
        if has_ended:
            return b""
        raise


def _count(usage: Usage, instructions: Sequence[Instruction], text: str, reply: Reply) -> None:
    if reply.counted:
        usage.add(*reply.counted, is_estimated=False)
        return
    asked = sum(tokens.estimated(instruction.text) for instruction in instructions)
    usage.add(asked, tokens.estimated(text), is_estimated=True)


def _pause(error: "openai.APIConnectionError | openai.APIStatusError") -> float | None:
    """Seconds after which it makes sense to ask once more; None if it does not."""
    import openai

    if isinstance(error, openai.APITimeoutError):
        return None
    if isinstance(error, openai.APIStatusError):
        code = refusals.code_of(error.status_code, _said(error))
        if code not in (FailureCode.BUSY, FailureCode.MODEL_FAULT):
            return None
        wait_s = retry_after.wait_s(error.response.headers)
        if wait_s is not None:
            return wait_s if wait_s <= LONGEST_PAUSE_S else None
    return PAUSE_S * (1 + random.random())  # noqa: S311 - spreads requests, keeps no secret


def _said(error: "openai.APIStatusError") -> str:
    """Text and codes of a refusal; the client keeps the latter apart."""
    return f"{error} {error.body}"


@contextmanager
def _failures_translated(lost: FailureCode) -> Iterator[None]:
    """As AnswerFailure, `lost` when the connection failed."""
    import httpx2
    import openai

    try:
        yield
    except (openai.APITimeoutError, httpx2.TimeoutException, TimeoutError) as error:
        raise AnswerFailure(FailureCode.SLOW, repr(error)) from error
    except openai.APIStatusError as error:
        code = refusals.code_of(error.status_code, _said(error))
        retry_at = refusals.retry_at(error.response.headers) if code is FailureCode.BUSY else None
        raise AnswerFailure(code, f"status {error.status_code}: {_said(error)[:300]}", retry_at) from error
    except (openai.APIConnectionError, httpx2.TransportError) as error:
        raise AnswerFailure(lost, repr(error.__cause__ or error)) from error
    except (openai.APIError, httpx2.HTTPError) as error:
        raise AnswerFailure(FailureCode.BROKEN_REPLY, repr(error)) from error


@cache
def _certificates() -> ssl.SSLContext:
    """Loading the certificates takes 40 ms, which would hold up every other stream of the process."""
    return ssl.create_default_context()
