"""Django's handler for ASGI, but an open stream keeps neither the thread of its request nor a database connection."""

from asgiref.sync import SyncToAsync, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import HttpResponseBase, StreamingHttpResponse


class Handler(ASGIHandler):
    async def send_response(self, response: HttpResponseBase, send: object) -> None:
        if isinstance(response, StreamingHttpResponse) and response.is_async:
            await _let_go()
        await super().send_response(response, send)


async def _let_go() -> None:
    """What was decided before is over; whatever wants a thread later gets a new one."""
    await sync_to_async(connections.close_all)()
    context = SyncToAsync.thread_sensitive_context.get(None)
    executor = SyncToAsync.context_to_thread_executor.pop(context, None) if context else None
    if executor:
        executor.shutdown(wait=False)
