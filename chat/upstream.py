"""The connection to a language model: plain HTTP/1.1 that reads a long reply in few large pieces.

A model sends every token in a chunk of its own. A general client handles each by itself, which costs so much that one
process could not keep up with some hundred replies; here they gather in the system's buffer between two reads.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import cast

import httpx2

from chat import precedence

# A few replies are read as they come; many are read less often each, so that reading leaves time for other pages. When
# the process is late with everything, all of them are: then they wait so many times as long as it was late.
READS_PER_S = 1000
LEAST_PAUSE_S = 0.05
LATE = 4
LONGEST_PAUSE_S = 2.0
# Before each read while a page is being made: a read takes a fraction of this, so that the page has the interpreter
# nearly to itself.
GIVE_WAY_S = 0.002
# Nobody who streams text sends larger ones.
LARGEST_HEAD = 1 << 16
LARGEST_CHUNK = 1 << 22

type_Framing = Callable[[bytes], tuple[bytes, bool]]


class Upstream(httpx2.AsyncBaseTransport):
    """One connection for each request, closed with its reply: none is ever stale, and none is left over."""

    def __init__(self, certificates: ssl.SSLContext) -> None:
        self._certificates = certificates
        self._pace = _Pace()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        limits = request.extensions["timeout"]
        connection = await self._connected(request, limits["connect"])
        try:
            connection.write(_head(request) + await request.aread())
            with _errors_named():
                status, headers = await _answered(connection, limits["read"])
        except BaseException:
            connection.abort()
            raise
        body = _Body(connection, headers, limits["read"], self._pace)
        return httpx2.Response(status, headers=headers, stream=body)

    async def _connected(self, request: httpx2.Request, limit_s: float) -> "_Connection":
        url, loop = request.url, asyncio.get_running_loop()
        is_safe = url.scheme == "https"
        port = url.port or (443 if is_safe else 80)
        try:
            async with asyncio.timeout(limit_s):
                _transport, connection = await loop.create_connection(
                    _Connection, url.host, port, ssl=self._certificates if is_safe else None
                )
        except TimeoutError as error:
            raise httpx2.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpx2.ConnectError(str(error)) from error
        return connection


class _Connection(asyncio.Protocol):
    """Takes from the network only when it is read from."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._error: Exception | None = None
        self._is_over = False
        self._news = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._transport.pause_reading()
        self._news.set()

    def eof_received(self) -> None:
        self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        self._error = exc
        self._end()

    def _end(self) -> None:
        self._is_over = True
        self._news.set()

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def abort(self) -> None:
        self._transport.abort()

    async def read(self, limit_s: float) -> bytes:
        """Return what has come since, waiting for it if there is nothing; nothing at the end."""
        if not self._received and not self._is_over:
            self._news.clear()
            self._transport.resume_reading()
            async with asyncio.timeout(limit_s):
                await self._news.wait()
        if self._error and not self._received:
            raise self._error
        data = bytes(self._received)
        self._received.clear()
        return data

    def give_back(self, data: bytes) -> None:
        self._received[:0] = data


class _Pace:
    """How long a reply waits between two reads: for all replies together."""

    def __init__(self) -> None:
        self.replies: set[_Body] = set()
        self._late_s = 0.0
        # Replies that are due read one after the other.
        self._turn = asyncio.Lock()

    async def wait(self) -> None:
        loop = asyncio.get_running_loop()
        pause_s = max(LEAST_PAUSE_S, len(self.replies) / READS_PER_S, LATE * self._late_s)
        due = loop.time() + min(pause_s, LONGEST_PAUSE_S)
        await asyncio.sleep(due - loop.time())
        self._late_s += (loop.time() - due - self._late_s) / 8
        async with self._turn:
            if precedence.has_pages():
                await asyncio.sleep(GIVE_WAY_S)


class _Body(httpx2.AsyncByteStream):
    def __init__(self, connection: _Connection, headers: httpx2.Headers, limit_s: float, pace: _Pace) -> None:
        self._connection, self._framing, self._limit_s = connection, _framing(headers), limit_s
        self._pace = pace
        pace.replies.add(self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors_named():
            async for data in self._pieces():
                yield data

    async def _pieces(self) -> AsyncGenerator[bytes]:
        is_over = False
        while not is_over:
            data, is_over = self._framing(await self._connection.read(self._limit_s))
            if data:
                yield data
                await self._pace.wait()

    async def aclose(self) -> None:
        self._pace.replies.discard(self)
        self._connection.abort()


async def _answered(connection: _Connection, limit_s: float) -> tuple[int, httpx2.Headers]:
    """Status and headers of the reply, past any that only tell to go on."""
    while True:
        status, headers = _parsed(await _reply_head(connection, limit_s))
        if status >= 200:
            return status, headers


async def _reply_head(connection: _Connection, limit_s: float) -> bytes:
    received = b""
    while (end := received.find(b"\r\n\r\n")) < 0:
        data = await connection.read(limit_s)
        received += data
        if not data or len(received) > LARGEST_HEAD:
            raise ValueError("the reply has no end of its headers")
    connection.give_back(received[end + 4 :])
    return received[:end]


def _parsed(head: bytes) -> tuple[int, httpx2.Headers]:
    first, *lines = head.split(b"\r\n")
    version, _space, status = first.partition(b" ")
    if not version.startswith(b"HTTP/1."):
        raise ValueError("the reply is not HTTP")
    pairs = [line.partition(b":") for line in lines]
    return int(status[:3]), httpx2.Headers([(name.strip(), value.strip()) for name, _colon, value in pairs])


def _head(request: httpx2.Request) -> bytes:
    lines = [b"%b %b HTTP/1.1" % (request.method.encode(), request.url.raw_path)]
    kept = (pair for pair in request.headers.raw if pair[0].lower() != b"connection")
    lines += [b"%b: %b" % pair for pair in kept]
    return b"\r\n".join([*lines, b"Connection: close", b"", b""])


def _framing(headers: httpx2.Headers) -> type_Framing:
    """What makes of received bytes (nothing at the end) those of the body, and tells whether it is complete."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return _Chunked().taken
    if "content-length" in headers:
        return _Counted(int(headers["content-length"])).taken
    return lambda data: (data, not data)


class _Chunked:
    def __init__(self) -> None:
        self._rest = b""

    def taken(self, data: bytes) -> tuple[bytes, bool]:
        self._rest += data
        pieces: list[bytes] = []
        at, is_over = 0, False
        while not is_over and (line_end := self._rest.find(b"\r\n", at)) >= 0:
            size = _chunk_size(self._rest[at:line_end])
            start = line_end + 2
            if is_over := size == 0:
                break
            if len(self._rest) < start + size + 2:
                break
            pieces.append(self._rest[start : start + size])
            at = start + size + 2
        self._rest = self._rest[at:]
        if len(self._rest) > LARGEST_CHUNK + LARGEST_HEAD:
            raise ValueError("a chunk without an end")
        if not data and not is_over:
            raise ConnectionError("the connection closed in the middle of the reply")
        return b"".join(pieces), is_over


def _chunk_size(line: bytes) -> int:
    size = int(line.partition(b";")[0], 16)
    if not 0 <= size <= LARGEST_CHUNK:
        raise ValueError(f"a chunk of {size} bytes")
    return size


class _Counted:
    def __init__(self, length: int) -> None:
        self._left = length

    def taken(self, data: bytes) -> tuple[bytes, bool]:
        taken = data[: self._left]
        self._left -= len(taken)
        if not data and self._left:
            raise ConnectionError("the connection closed in the middle of the reply")
        return taken, not self._left


@contextmanager
def _errors_named() -> Iterator[None]:
    """As the errors that the client of language models knows."""
    try:
        yield
    except TimeoutError as error:
        raise httpx2.ReadTimeout(str(error)) from error
    except OSError as error:
        raise httpx2.ReadError(str(error)) from error
    except ValueError as error:
        raise httpx2.RemoteProtocolError(str(error)) from error
