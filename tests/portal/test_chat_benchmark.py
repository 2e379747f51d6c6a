"""Streams measured with a model that talks steadily."""

import asyncio
import json
import subprocess

import pytest

from portal import stream_reading, talking_model
from portal.stream_reading import Asked, Readings
from tests.running_portal import ROOT, fresh_data_dir, manage


@pytest.mark.slow
def test_a_few_streams_are_measured_from_an_empty_directory_without_a_model():
    with fresh_data_dir() as data_dir:
        command = manage(data_dir, "benchmark", "chat", "--streams", "3", "--json")
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    figures = json.loads(done.stdout)
    assert (figures["streams"], figures["errors"], figures["held_connections"]) == (3, 0, 0)
    assert figures["open_at_once"] == 3
    assert 40 < figures["tokens_per_s"] < 60
    assert figures["first_event_p50_ms"] > 0


def test_the_model_says_so_many_words_a_second_to_everybody():
    async def heard() -> list[bytes]:
        port = stream_reading.free_port()
        serving = asyncio.create_task(talking_model.serve(port, per_s=100, seconds=0.2))
        while not stream_reading.answers(port):
            await asyncio.sleep(0.01)
        replies = await asyncio.gather(_reply(port), _reply(port))
        serving.cancel()
        await asyncio.sleep(0.05)
        return replies

    first, second = asyncio.run(heard())

    assert first == second
    assert first.count(b'"content"') == 20
    assert first.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")


async def _reply(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}")
    heard = await reader.read()
    writer.close()
    await writer.wait_closed()
    return heard


@pytest.mark.parametrize(
    ("status", "events", "errors"),
    [
        ("200 OK", "event: status\ndata: {}\n\nevent: token\ndata: {}\n\nevent: done\ndata: {}\n\n", 0),
        ("200 OK", "event: status\ndata: {}\n\nevent: error\ndata: {}\n\n", 1),
        ("200 OK", "", 1),
        ("503 Busy", "", 1),
    ],
)
def test_a_stream_that_does_not_come_to_its_end_is_an_error(status, events, errors):
    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status}\r\n\r\n{events}".encode())
        writer.close()
        await writer.wait_closed()

    async def read() -> Readings:
        readings = Readings()
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            await readings.read(f"http://127.0.0.1:{port}", Asked("session", "/"), 0)
        return readings

    readings = asyncio.run(read())

    assert readings.errors == errors
    assert readings.talking == 0
