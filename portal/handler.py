"""Django's handler for ASGI, made for short pages and long streams.

A page is made in one thread from its first middleware to its last, and not handed to and fro for each of them. An open
stream keeps neither the thread of its request nor a database connection.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar
from weakref import WeakSet

from asgiref.sync import SyncToAsync, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse

from chat import precedence
from documents.connections import give_back

P = ParamSpec("P")
T = TypeVar("T")


class Handler(ASGIHandler):
    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)
        self._loops: WeakSet[asyncio.AbstractEventLoop] = WeakSet()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        loop = asyncio.get_running_loop()
        if loop not in self._loops:
            self._loops.add(loop)
            loop.set_default_executor(_Releasing(thread_name_prefix="web"))
        await super().__call__(scope, receive, send)

    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        with precedence.page():
            response: HttpResponseBase = await sync_to_async(self._made)(request)
        # As Django has it: what wants to know how a response was made, and larger pieces of files.
        response._handler_class = self.__class__  # type: ignore[attr-defined]
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        return response

    def _made(self, request: HttpRequest) -> HttpResponseBase:
        """Sending takes as long as the reader likes, and needs no connection."""
        try:
            return self.get_response(request)
        finally:
            give_back()

    async def send_response(self, response: HttpResponseBase, send: Any) -> None:
        if isinstance(response, StreamingHttpResponse) and response.is_async:
            _let_go()
        await super().send_response(response, send)


class _Releasing(ThreadPoolExecutor):
    """Gives database connections back after each piece of work: Django's pages for errors open some and keep them."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        def released() -> T:
            try:
                return fn(*args, **kwargs)
            finally:
                connections.close_all()

        return super().submit(released)


def _let_go() -> None:
    """What was decided before is over; whatever wants a thread later gets a new one."""
    context = SyncToAsync.thread_sensitive_context.get(None)
    executor = SyncToAsync.context_to_thread_executor.pop(context, None) if context else None
    if executor:
        executor.shutdown(wait=False)
