"""Database work of answers: done in few threads that all of a process share, and no connection is kept after it."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import AsyncToSync, sync_to_async

from documents.connections import give_back

P = ParamSpec("P")
T = TypeVar("T")

# However many people ask at once, no more searches run beside each other, nor connections for them: more would only
# take the interpreter from open streams. Checking what was written, and what is short, never waits behind them.
_searching = ThreadPoolExecutor(3, thread_name_prefix="answer-search")
_checking = ThreadPoolExecutor(2, thread_name_prefix="answer-check")
_short = ThreadPoolExecutor(3, thread_name_prefix="answer")
# Files for spreadsheets, one piece at a time: whoever takes everything along waits, and nobody for them.
_exporting = ThreadPoolExecutor(1, thread_name_prefix="export")


def in_database(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Run something short and give the connection back: a stream holds none, and no thread either."""
    return _in(_short, function)


def in_search(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Run a search in the same way, in its turn."""
    return _in(_searching, function)


def in_check(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Run what checks and stores a written answer in the same way, in its turn."""
    return _in(_checking, function)


def in_export(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Make a piece of a large file in the same way, in its turn."""
    return _in(_exporting, function)


def _in(pool: ThreadPoolExecutor, function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    def released(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        finally:
            # A search may have used a replica beside the primary.
            give_back()

    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if asyncio.get_running_loop() in AsyncToSync.loop_thread_executors:
            # A command or a test waits for this loop, and its own thread may be in the middle of a transaction.
            return await sync_to_async(released)(*args, **kwargs)
        return await sync_to_async(released, thread_sensitive=False, executor=pool)(*args, **kwargs)

    return run
