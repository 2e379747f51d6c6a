"""Around what is answered beside Django, as its middleware is around pages: an id, a time, and a header for safety."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.http import HttpRequest

from portal import middleware
from portal.request_facts import request_id

type_Message = MutableMapping[str, Any]
type_Send = Callable[[type_Message], Awaitable[None]]

_NO_SNIFFING = (b"x-content-type-options", b"nosniff")


def noted(request: HttpRequest, view: str, send: type_Send) -> type_Send:
    """Give the request its id; what sends its answer tells the id in it, and measures how long it took."""
    began = middleware.begin(request)
    own = (middleware.HEADER.lower().encode(), request_id.get().encode())

    async def tell(message: type_Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), own, _NO_SNIFFING]
            middleware.measure(view, request.method or "", message["status"], began)
        await send(message)

    return tell
