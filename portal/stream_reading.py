"""Browsers in large numbers, but without the browsers: they ask, read streams and load pages, and time it."""

import asyncio
import re
import socket
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
from django.conf import settings

# So many ask at the same time.
ASKERS = 4
TIMEOUT_S = 60.0
# Each token ends with a space, and an event has some of its own.
SPACES_OF_EVENT = 3
_STREAM = re.compile(r'data-stream="([^"]+)"')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class ReadingError(Exception):
    """The portal did not answer as it does to a browser."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question whose answer waits to be written."""

    session: str
    path: str


@dataclass(slots=True)
class Readings:
    """What all readers have noted; times in seconds."""

    first_events: list[float] = field(default_factory=list)
    first_tokens: list[float] = field(default_factory=list)
    begun: int = 0
    talking: int = 0
    tokens: int = 0
    errors: int = 0

    async def read(self, address: str, asked: Asked, wait_s: float) -> None:
        """Open one stream after a while, and read it to its end."""
        await asyncio.sleep(wait_s)
        try:
            await self._read(address, asked)
        except (OSError, TimeoutError, ReadingError, asyncio.IncompleteReadError):
            self.errors += 1

    async def _read(self, address: str, asked: Asked) -> None:
        parts = urlsplit(address)
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            writer.write(_request(parts.netloc, asked))
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), TIMEOUT_S)
            if not head.startswith(b"HTTP/1.1 200"):
                raise ReadingError(head[:100].decode())
            await self._follow(reader, began)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _follow(self, reader: asyncio.StreamReader, began: float) -> None:
        tail, has_token, is_done = b"", False, False
        try:
            while data := await asyncio.wait_for(reader.read(1 << 16), TIMEOUT_S):
                # An event may lie across two pieces.
                seen, tail = tail + data, (tail + data)[-16:]
                if began:
                    self.first_events.append(time.perf_counter() - began)
                    start, began = began, 0.0
                if not has_token and b"event: token" in seen:
                    self.first_tokens.append(time.perf_counter() - start)
                    has_token, self.begun, self.talking = True, self.begun + 1, self.talking + 1
                self.tokens += data.count(b" ") - SPACES_OF_EVENT * data.count(b"event: token")
                is_done |= b"event: done" in seen
        finally:
            self.talking -= has_token
        if not is_done:
            raise ReadingError("the stream ended without its answer")


async def ask_all(address: str, people: Sequence[tuple[str, str]]) -> list[Asked]:
    """Ask each question, given with the session of who asks, as a browser without JavaScript would."""
    gate = asyncio.Semaphore(ASKERS)
    limits = httpx2.Limits(max_connections=ASKERS)
    async with httpx2.AsyncClient(base_url=address, timeout=TIMEOUT_S, limits=limits) as web:
        forms = {session: await _form(web, session) for session in {session for session, _question in people}}

        async def ask(session: str, question: str) -> Asked:
            async with gate:
                return await _ask(web, session, forms[session], question)

        return await asyncio.gather(*[ask(session, question) for session, question in people])


@dataclass(frozen=True, slots=True)
class _Form:
    """What lets a browser send the form of its page."""

    token: str
    cookie: str


async def _form(web: httpx2.AsyncClient, session: str) -> _Form:
    page = await web.get("/", headers=_cookies(session))
    token = _TOKEN.search(page.text)
    if token is None:
        raise ReadingError(f"the home page has no form (status {page.status_code})")
    cookie = page.cookies.get(settings.CSRF_COOKIE_NAME) or ""
    web.cookies.clear()
    return _Form(token[1], cookie)


async def _ask(web: httpx2.AsyncClient, session: str, form: _Form, question: str) -> Asked:
    fields = {"csrfmiddlewaretoken": form.token, "question": question, "form_key": str(uuid4())}
    asked = await web.post("/", data=fields, headers=_cookies(session, form.cookie))
    conversation = await web.get(asked.headers.get("location", "/"), headers=_cookies(session))
    stream = _STREAM.search(conversation.text)
    if stream is None:
        raise ReadingError(f"the question was not taken (status {asked.status_code})")
    return Asked(session, stream[1])


def time_pages(address: str, session: str, paths: Sequence[str], seconds: float) -> list[float]:
    """Load the pages one after the other for so long; return how long each took."""
    took: list[float] = []
    until = time.monotonic() + seconds
    with httpx2.Client(base_url=address, timeout=TIMEOUT_S) as web:
        while time.monotonic() < until:
            for path in paths:
                began = time.perf_counter()
                web.get(path, headers=_cookies(session)).raise_for_status()
                took.append(time.perf_counter() - began)
                time.sleep(0.05)
    return took


def _cookies(session: str, csrf: str = "") -> dict[str, str]:
    token = f"; {settings.CSRF_COOKIE_NAME}={csrf}" if csrf else ""
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}{token}"}


def _request(host: str, asked: Asked) -> bytes:
    cookie = _cookies(asked.session)["Cookie"]
    lines = [f"GET {asked.path} HTTP/1.1", f"Host: {host}", f"Cookie: {cookie}", "Accept: text/event-stream"]
    return ("\r\n".join([*lines, "Connection: close"]) + "\r\n\r\n").encode()


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
