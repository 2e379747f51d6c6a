"""A small local server that speaks the OpenAI chat protocol, well or badly, as a test asks it to.

It runs its own thread and event loop, so that tests of sync and of async code can both talk to it.
"""

import asyncio
import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class Script:
    """What the server replies. `pieces` are sent one by one, `pause_s` apart."""

    pieces: list[str] = field(default_factory=lambda: ["Fifteen", " days ", "[1]."])
    pause_s: float = 0.0
    finish: str | None = "stop"
    done: bool = True
    # Instead of the events: a status and body, or raw lines after the pieces.
    status: int = 200
    body: str = ""
    content_type: str = "text/event-stream"
    headers: dict[str, str] = field(default_factory=dict)
    raw: str = ""
    cut: bool = False
    # The same, but behind the raw lines.
    cut_after: bool = False
    stall_s: float = 0.0


class LanguageModelServer:
    """`script` may be exchanged at any time; `requests` are the bodies that came in."""

    def __init__(self) -> None:
        self.script = Script()
        self.requests: list[dict] = []
        # Options that are refused, the first that a request has.
        self.refuse: list[str] = []
        self.open_replies = 0
        self.closed_early = 0
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "LanguageModelServer":
        self._thread.start()
        self._ready.wait(5)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def _run(self) -> None:
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=600))
        self.port = self._server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        self._server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
            self._loop.run_until_complete(asyncio.wait([task]))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._reply(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.closed_early += 1
        finally:
            writer.close()

    async def _reply(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        self.requests.append(json.loads(await reader.readexactly(length)))
        unknown = [option for option in self.refuse if option in self.requests[-1]]
        script = _refusal(unknown[0]) if unknown else self.script
        _head(writer, script)
        if script.body or script.status != 200:
            writer.write(_sent(script.body.encode()) + b"0\r\n\r\n")
            await writer.drain()
            return
        self.open_replies += 1
        try:
            await self._events(reader, writer, script)
        finally:
            self.open_replies -= 1

    async def _events(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, script: Script) -> None:
        gone = asyncio.ensure_future(_left(reader))
        for piece in script.pieces:
            writer.write(_event(piece))
            await writer.drain()
            await self._pause(gone, script.pause_s)
        await self._pause(gone, script.stall_s)
        if script.cut:
            writer.transport.abort()
            return
        if script.raw:
            # Half of a character stands for a byte that is not UTF-8.
            writer.write(_sent(script.raw.encode("utf-8", "surrogateescape")))
        if script.cut_after:
            await writer.drain()
            writer.transport.abort()
            return
        if script.finish:
            writer.write(_event("", script.finish))
        if script.done:
            writer.write(_sent(b"data: [DONE]\n\n"))
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        gone.cancel()

    async def _pause(self, gone: "asyncio.Future[bytes]", seconds: float) -> None:
        """Wait, but notice at once when the client has gone."""
        if seconds:
            await asyncio.wait([gone], timeout=seconds)
        if gone.done():
            raise ConnectionError


def _refusal(option: str) -> Script:
    """In the words of the best known server."""
    instead = ". Use 'max_completion_tokens' instead." if option == "max_tokens" else ""
    body = json.dumps({"error": {"message": f"Unsupported parameter: '{option}'{instead}"}})
    return Script(status=400, body=body, content_type="application/json")


async def _left(reader: asyncio.StreamReader) -> None:
    """Return when the client has gone, in whatever way."""
    with suppress(ConnectionError):
        await reader.read()


def _head(writer: asyncio.StreamWriter, script: Script) -> None:
    lines = [f"HTTP/1.1 {script.status} Reply", f"content-type: {script.content_type}"]
    lines += ["transfer-encoding: chunked", "connection: close"]
    lines += [f"{name}: {value}" for name, value in script.headers.items()]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())


def _event(text: str, finish: str | None = None) -> bytes:
    delta = {"content": text} if text else {}
    chunk = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "test",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    return _sent(f"data: {json.dumps(chunk)}\n\n".encode())


def _sent(data: bytes) -> bytes:
    """Chunked, so that a cut differs from an end."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n" if data else b""
