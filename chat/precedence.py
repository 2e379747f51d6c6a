"""Whole pages go before streams: people wait for a page, while a text that comes a little later is still being read."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Pages that this process is making at this moment, and those of them that wait for an answer to be written.
_under_way: set[object] = set()
_waiting: set[object] = set()
# The page that is being made here; a thread that makes it knows it too.
_own: ContextVar[object] = ContextVar("page", default=None)


@contextmanager
def page() -> Iterator[None]:
    """While the block lasts, streams give way."""
    one = object()
    own = _own.set(one)
    _under_way.add(one)
    try:
        yield
    finally:
        _under_way.discard(one)
        _own.reset(own)


@contextmanager
def waiting() -> Iterator[None]:
    """Within a page: while the block lasts, streams need not give way to it, for it is such a stream it waits for."""
    one = _own.get()
    _waiting.add(one)
    try:
        yield
    finally:
        _waiting.discard(one)


def has_pages() -> bool:
    return bool(_under_way - _waiting)
