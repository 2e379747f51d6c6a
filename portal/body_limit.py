"""Cuts off request bodies that are too large while they stream in, before routing and sign-in.

Django under ASGI writes a whole body to disk first; without this anybody could fill it.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.template.defaultfilters import filesizeformat
from django.utils import translation

from documents.ingestion import NO_SPACE
from portal.api import errors
from portal.api.errors import ApiError, ErrorCode, error
from portal.beside_django import noted, type_Message, type_Send

type_Scope = MutableMapping[str, Any]
type_Receive = Callable[[], Awaitable[type_Message]]
type_Application = Callable[[type_Scope, type_Receive, type_Send], Awaitable[None]]

# What refusals are measured as.
VIEW = "body_limit"
MEGABYTE = 1024 * 1024
UPLOAD_PATH = re.compile(
    r"^/(?:documents/(?:collections/\d+/upload|\d+/replace)|review/questions/import"
    r"|api/v1/(?:collections/\d+/documents|documents/\d+/replacement))$"
)
# What programs ask for, which read JSON.
PROGRAMS = ("/api/", "/v1/", "/mcp")


@dataclass(slots=True)
class Counted:
    """A body that is counted while it is received. Past the limit the application sees its client leave."""

    receive: type_Receive
    limit: int
    seen: int = 0

    async def __call__(self) -> type_Message:
        if self.is_over:
            return {"type": "http.disconnect"}
        message = await self.receive()
        self.seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.is_over else message

    @property
    def is_over(self) -> bool:
        return self.seen > self.limit


class BodyLimit:
    def __init__(self, application: type_Application) -> None:
        self.application = application

    async def __call__(self, scope: type_Scope, receive: type_Receive, send: type_Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        body = Counted(receive, _limit(scope["path"]))
        if _announced_length(scope) > body.limit:
            await _refuse(scope, send, body.limit)
            return
        try:
            await self.application(scope, body, send)
        except OSError as error:
            # Django writes the body to the temporary folder before it does anything else.
            if error.errno not in NO_SPACE:
                raise
            await _answer(scope, send, _no_space)
        if body.is_over:
            await _refuse(scope, send, body.limit)


def _limit(path: str) -> int:
    return int(settings.UPLOAD_MAX_BYTES) + MEGABYTE if UPLOAD_PATH.match(path) else MEGABYTE


def _announced_length(scope: type_Scope) -> int:
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    return int(announced) if announced.isdigit() else 0


async def _refuse(scope: type_Scope, send: type_Send, limit: int) -> None:
    await _answer(scope, send, lambda: _too_large(limit))


async def _answer(scope: type_Scope, send: type_Send, explain: Callable[[], ApiError]) -> None:
    """Answer in the reader's language, which only the request can tell: nobody is signed in yet."""
    request = ASGIRequest(scope, BytesIO())
    send = noted(request, VIEW, send)
    with translation.override(translation.get_language_from_request(request)):
        failure = explain()
    is_program = scope["path"].startswith(PROGRAMS)
    content = errors.response(failure).content if is_program else f"{failure.message} {failure.next_step}".encode()
    headers = [
        (b"content-type", b"application/json" if is_program else b"text/plain; charset=utf-8"),
        (b"content-length", str(len(content)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": failure.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _too_large(limit: int) -> ApiError:
    return error(ErrorCode.BODY_TOO_LARGE, limit=filesizeformat(limit))


def _no_space() -> ApiError:
    return error(ErrorCode.NO_SPACE)
