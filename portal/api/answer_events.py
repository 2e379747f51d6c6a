"""What happens while an answer is written, as server-sent events: named as in the stream of the pages, with JSON."""

from typing import TYPE_CHECKING, Any

from django.utils import translation

from chat.database import in_database
from chat.events import CitationsReady, Done, Event, Failed, Silence, Sources, Status, Token
from chat.streaming import HEARTBEAT, citation_facts, frame, step_text
from chat.transcript import passing_sources, shown
from portal.api.answers import source, stored, tell_quotes, told
from portal.api.errors import ApiError, of_answer, said

if TYPE_CHECKING:
    from documents.views.requests import PersonRequest


async def framed(event: Event, answer_id: int, request: "PersonRequest", language: str) -> bytes:
    if isinstance(event, Token):
        return frame("token", {"text": event.text})
    if isinstance(event, Silence):
        return HEARTBEAT
    if isinstance(event, Status):
        with translation.override(language):
            return frame("status", {"step": event.step, "text": step_text(event)})
    if isinstance(event, CitationsReady):
        return frame("citations", {"citations": [citation_facts(cited) for cited in event.citations]})
    return await in_database(_read)(event, answer_id, request, language)


def broken(failure: ApiError) -> bytes:
    """The last event of a stream that has no answer to end with."""
    return frame("error", said(failure))


def _read(event: Sources | Done | Failed, answer_id: int, request: "PersonRequest", language: str) -> bytes:
    with translation.override(language):
        if isinstance(event, Sources):
            return frame("sources", {"sources": _sources(event, answer_id, request)})
        return _ending(event, answer_id, request)


def _sources(event: Sources, answer_id: int, request: "PersonRequest") -> list[dict[str, Any]]:
    shown_sources = passing_sources(answer_id, event.passages, request.user)
    pairs = zip(shown_sources, event.passages, strict=True)
    return [source(one, passage, request.build_absolute_uri).model_dump(mode="json") for one, passage in pairs]


def _ending(event: Done | Failed, answer_id: int, request: "PersonRequest") -> bytes:
    view = shown(stored(answer_id), request.user)
    tell_quotes(view, request.user, "API")
    payload: dict[str, Any] = {"answer": told(view, request.build_absolute_uri).model_dump(mode="json")}
    if isinstance(event, Done):
        return frame("done", payload)
    return frame("error", payload | said(of_answer(event.code)))
