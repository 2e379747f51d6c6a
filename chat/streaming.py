"""Answer events as server-sent events: the only place that knows the wire format.

The words of status lines and the HTML of the finished answer are made here too, in the reader's language.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.answering import Cited
from chat.answers import in_database, write
from chat.events import CitationsReady, Done, Event, Failed, Sources, Status, Step, Token
from chat.failures import FailureCode, explain
from chat.models import Answer
from chat.support import THRESHOLD
from chat.transcript import ShownAnswer, passing_sources, shown

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

logger = logging.getLogger(__name__)

# Proxies drop connections on which nothing is heard.
HEARTBEAT_S = 15.0
# A browser that finds the answer being written elsewhere asks again after this.
ASK_AGAIN_MS = 1000
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}

_END = None


async def server_sent(answer_id: int, reader: "type_Reader", language: str) -> AsyncGenerator[bytes]:
    """Frame the events of one answer.

    When the consumer goes away, the writing stops and what came is saved.
    """
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=100)
    writing = asyncio.create_task(_fill(queue, answer_id, reader, language))
    try:
        while (frame := await _next(queue)) is not _END:
            yield frame
        await writing
    finally:
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing


async def _fill(queue: "asyncio.Queue[bytes | None]", answer_id: int, reader: "type_Reader", language: str) -> None:
    try:
        async with aclosing(write(answer_id, reader)) as events:
            async for event in events:
                await queue.put(await _framed(event, answer_id, reader, language))
    except Exception:
        logger.exception("stream of answer %s broke", answer_id)
        await queue.put(_broken(language))
    await queue.put(_END)


async def _next(queue: "asyncio.Queue[bytes | None]") -> bytes | None:
    try:
        async with asyncio.timeout(HEARTBEAT_S):
            return await queue.get()
    except TimeoutError:
        return b": still here\n\n"


async def _framed(event: Event, answer_id: int, reader: "type_Reader", language: str) -> bytes:
    if isinstance(event, Token):
        return _frame("token", {"text": event.text})
    if isinstance(event, Status):
        with translation.override(language):
            return _retry(event) + _frame("status", {"text": _step(event)})
    if isinstance(event, CitationsReady):
        return _frame("citations", {"citations": [_citation(cited) for cited in event.citations]})
    return await in_database(_fragment)(event, answer_id, reader, language)


def _fragment(event: Sources | Done | Failed, answer_id: int, reader: "type_Reader", language: str) -> bytes:
    with translation.override(language):
        if isinstance(event, Sources):
            passages = [passage.frozen() for passage in event.passages]
            sources = passing_sources(answer_id, passages, reader)
            html = render_to_string("chat/_sources.html", {"others": sources})
            return _frame("sources", {"html": html, "count": len(sources)})
        return _ending(event, answer_id, reader)


def _ending(event: Done | Failed, answer_id: int, reader: "type_Reader") -> bytes:
    answer = Answer.objects.prefetch_related("citations").filter(pk=answer_id).first()
    if answer is None:
        return _frame("done", {"state": "deleted", "answer": "", "sources": "", "announcement": ""})
    view = shown(answer, reader)
    payload = {
        "state": answer.state,
        "answer": render_to_string("chat/_answer.html", {"shown": view}),
        "sources": render_to_string("chat/_sources.html", _panel(view)),
        "announcement": view.announcement,
    }
    if isinstance(event, Failed):
        payload |= {"code": event.code, "text": explain(event.code).what}
    return _frame("error" if isinstance(event, Failed) else "done", payload)


def _broken(language: str) -> bytes:
    with translation.override(language):
        code = FailureCode.INTERNAL
        return _frame("error", {"state": Answer.State.FAILED, "code": code, "text": explain(code).what})


def _panel(view: ShownAnswer) -> dict[str, Any]:
    return {"cited": view.cited, "others": view.others, "is_refusal": view.is_refusal}


def _step(status: Status) -> str:
    if status.step is Step.SEARCHING:
        return _("Searching the documents…")
    if status.step is Step.ELSEWHERE:
        return _("This answer is being written in another window…")
    count = status.passages
    return ngettext("Reading %(count)s passage…", "Reading %(count)s passages…", count) % {"count": count}


def _citation(cited: Cited) -> dict[str, Any]:
    return {"number": cited.number, "support": cited.support, "verified": cited.support >= THRESHOLD}


def _retry(status: Status) -> bytes:
    return f"retry: {ASK_AGAIN_MS}\n".encode() if status.step is Step.ELSEWHERE else b""


def _frame(name: str, payload: Mapping[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(payload, ensure_ascii=False)}\n\n".encode()
