"""A language model server that says the same to everybody, at a steady rate: what streams cost can be measured with it.

Run as a program: port, tokens per second, seconds that a reply lasts.
"""

import asyncio
import json
import sys
from itertools import cycle, islice

OPENING = "The rules say so [1]. Further words follow without a mark, as many as are wanted. "
WORDS = ["and", "then", "the", "text", "goes", "on", "for", "a", "while", "as", "answers", "do"]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
END = b"0\r\n\r\n"


def event(text: str, finish: str | None = None) -> bytes:
    """One token as it goes over the wire: each in a chunk of its own, as such servers send it."""
    choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return _sent(f"data: {json.dumps(chunk)}\n\n")


def _sent(text: str) -> bytes:
    data = text.encode()
    return b"%x\r\n%b\r\n" % (len(data), data)


class Talks:
    """All replies that are under way; one clock ticks for them together, which costs less than one for each."""

    def __init__(self, per_s: float, tokens: int) -> None:
        words = [f"{word} " for word in (*OPENING.split(), *islice(cycle(WORDS), tokens))][:tokens]
        self._events = [*map(event, words), event("", "stop") + _sent("data: [DONE]\n\n") + END]
        self._places: dict[asyncio.StreamWriter, int] = {}
        self._pause_s = 1 / per_s

    async def reply(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
            writer.write(HEAD)
            self._places[writer] = 0
            await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._places.pop(writer, None)
            writer.close()

    async def tick(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            for writer, place in list(self._places.items()):
                writer.write(self._events[place])
                if place + 1 < len(self._events):
                    self._places[writer] = place + 1
                else:
                    del self._places[writer]
                    writer.write_eof()
            due += self._pause_s
            await asyncio.sleep(due - loop.time())


async def serve(port: int, per_s: float, seconds: float) -> None:
    talks = Talks(per_s, round(per_s * seconds))
    server = await asyncio.start_server(talks.reply, "127.0.0.1", port, backlog=1000)
    async with server:
        await asyncio.gather(server.serve_forever(), talks.tick())


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])))
