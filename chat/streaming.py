"""Answer events as server-sent events: the only place that knows the wire format.

The words of status lines and the HTML of the finished answer are made here too, in the reader's language.
"""

import json
import logging
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.answering import Cited
from chat.database import in_database
from chat.events import CitationsReady, Done, Event, Failed, Silence, Sources, Status, Step, Token
from chat.failures import FailureCode, explain
from chat.models import Answer
from chat.running import follow
from chat.support import Finding
from chat.transcript import ShownAnswer, passing_sources, shown

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

logger = logging.getLogger(__name__)

# A browser that finds no room asks again by itself after this.
COME_AGAIN_MS = 4000
HEARTBEAT = b": still here\n\n"
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}

# One for each stream that is open.
_open: set[object] = set()


async def server_sent(answer: Answer, reader: "type_Reader", language: str) -> AsyncGenerator[bytes]:
    """Frame what happens to one answer."""
    if is_crowded():
        yield _crowded(language)
        return
    with place():
        try:
            async with aclosing(follow(answer, reader)) as events:
                async for event in events:
                    yield await _framed(event, answer.pk, reader, language)
        except Exception:
            logger.exception("stream of answer %s broke", answer.pk)
            yield _broken(language)


@contextmanager
def place() -> Iterator[None]:
    """One of the streams that this process holds open."""
    taken = object()
    _open.add(taken)
    try:
        yield
    finally:
        _open.discard(taken)


def is_crowded() -> bool:
    return open_count() >= int(settings.MAX_STREAMS)


def open_count() -> int:
    """Streams that this process holds open."""
    return len(_open)


async def _framed(event: Event, answer_id: int, reader: "type_Reader", language: str) -> bytes:
    if isinstance(event, Token):
        return frame("token", {"text": event.text})
    if isinstance(event, Silence):
        return HEARTBEAT
    if isinstance(event, Status):
        with translation.override(language):
            return frame("status", {"text": step_text(event)})
    if isinstance(event, CitationsReady):
        return frame("citations", {"citations": [citation_facts(cited) for cited in event.citations]})
    return await in_database(_fragment)(event, answer_id, reader, language)


def _fragment(event: Sources | Done | Failed, answer_id: int, reader: "type_Reader", language: str) -> bytes:
    with translation.override(language):
        if isinstance(event, Sources):
            sources = passing_sources(answer_id, event.passages, reader)
            html = render_to_string("chat/_sources.html", {"others": sources})
            return frame("sources", {"html": html, "count": len(sources)})
        return _ending(event, answer_id, reader)


def _ending(event: Done | Failed, answer_id: int, reader: "type_Reader") -> bytes:
    answer = Answer.objects.prefetch_related("citations").filter(pk=answer_id).first()
    if answer is None:
        return frame("done", {"state": "deleted", "answer": "", "sources": "", "announcement": ""})
    view = shown(answer, reader)
    payload = {
        "state": answer.state,
        "answer": render_to_string("chat/_answer.html", {"shown": view}),
        "sources": render_to_string("chat/_sources.html", _panel(view)),
        "announcement": view.announcement,
    }
    if isinstance(event, Failed):
        payload |= {"code": event.code, "text": explain(event.code, answer.retry_at).what}
    return frame("error" if isinstance(event, Failed) else "done", payload)


def _broken(language: str) -> bytes:
    with translation.override(language):
        code = FailureCode.INTERNAL
        return frame("error", {"state": Answer.State.FAILED, "code": code, "text": explain(code).what})


def _panel(view: ShownAnswer) -> dict[str, Any]:
    return {"cited": view.cited, "others": view.others, "is_refusal": view.is_refusal}


def step_text(status: Status) -> str:
    """What a reader is told of a step."""
    if status.step is Step.SEARCHING:
        return _("Searching the documents…")
    if status.step is Step.ELSEWHERE:
        return _("This answer is being written elsewhere…")
    if status.step is Step.CHECKING:
        return _("Checking the answer…")
    count = status.passages
    return ngettext("Reading %(count)s passage…", "Reading %(count)s passages…", count) % {"count": count}


def citation_facts(cited: Cited) -> dict[str, Any]:
    return {"number": cited.number, "support": cited.support, "verified": cited.check.finding is Finding.SUPPORTED}


def _crowded(language: str) -> bytes:
    with translation.override(language):
        words = explain(FailureCode.CROWDED)
        payload = {"text": f"{words.what} {words.next_step}", "code": FailureCode.CROWDED}
        return f"retry: {COME_AGAIN_MS}\n".encode() + frame("status", payload)


def frame(name: str, payload: Mapping[str, Any]) -> bytes:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps(payload, ensure_ascii=False)}\n\n".encode()
