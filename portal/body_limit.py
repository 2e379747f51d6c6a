"""Cuts off request bodies that are too large while they stream in, before routing and sign-in.

Django under ASGI writes a whole body to disk first; without this anybody could fill it.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import gettext as _

from documents.ingestion import NO_SPACE

type_Scope = dict[str, Any]
type_Message = Mapping[str, Any]
type_Receive = Callable[[], Awaitable[type_Message]]
type_Send = Callable[[type_Message], Awaitable[None]]
type_Application = Callable[[type_Scope, type_Receive, type_Send], Awaitable[None]]

MEGABYTE = 1024 * 1024
UPLOAD_PATH = re.compile(r"^/documents/(?:collections/\d+/upload|\d+/replace)$")


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
            await _answer(scope, send, HTTPStatus.INSUFFICIENT_STORAGE, _no_space)
        if body.is_over:
            await _refuse(scope, send, body.limit)


def _limit(path: str) -> int:
    return int(settings.UPLOAD_MAX_BYTES) + MEGABYTE if UPLOAD_PATH.match(path) else MEGABYTE


def _announced_length(scope: type_Scope) -> int:
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    return int(announced) if announced.isdigit() else 0


async def _refuse(scope: type_Scope, send: type_Send, limit: int) -> None:
    await _answer(scope, send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, lambda: _too_large(limit))


async def _answer(scope: type_Scope, send: type_Send, status: HTTPStatus, explain: Callable[[], str]) -> None:
    """Answer in the reader's language, which only the request can tell: nobody is signed in yet."""
    with translation.override(translation.get_language_from_request(ASGIRequest(scope, BytesIO()))):
        text = explain().encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": text})


def _too_large(limit: int) -> str:
    return _(
        "This is too large: the portal accepts at most %(limit)s in one request. "
        "Send a smaller file, or fewer files at once."
    ) % {"limit": filesizeformat(limit)}


def _no_space() -> str:
    return _("The disk of the portal is full, so nothing was stored. Ask your administrator to make space.")
