"""How long questions take, asked by one client or by several at once, each with a database connection of its own."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.db import connection

from search.metrics import percentile


@dataclass(frozen=True, slots=True)
class Latency:
    """`rows` is the fewest that a question got."""

    p50_ms: float
    p95_ms: float
    p99_ms: float
    rows: int
    queries_per_s: float


def measure(ask: Callable[[str], int], questions: Sequence[str], clients: int = 1) -> Latency:
    """Ask every question once; `ask` returns the number of rows that were found. The first error ends it."""
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for question in questions:
        waiting.put(question)
    done: list[tuple[float, int]] = []
    errors: list[Exception] = []
    began = time.perf_counter()
    if clients == 1:
        _work_off(waiting, ask, done)
    else:
        threads = [threading.Thread(target=_client, args=[waiting, ask, done, errors]) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if errors:
        raise errors[0]
    return _latency(done, time.perf_counter() - began)


def _client(
    waiting: queue.SimpleQueue[str],
    ask: Callable[[str], int],
    done: list[tuple[float, int]],
    errors: list[Exception],
) -> None:
    try:
        _work_off(waiting, ask, done)
    except Exception as error:  # noqa: BLE001 - raised again by who waits for this thread
        errors.append(error)
    finally:
        connection.close()


def _work_off(waiting: queue.SimpleQueue[str], ask: Callable[[str], int], done: list[tuple[float, int]]) -> None:
    with suppress(queue.Empty):
        while True:
            question = waiting.get_nowait()
            began = time.perf_counter()
            rows = ask(question)
            done.append((1000 * (time.perf_counter() - began), rows))


def _latency(done: Sequence[tuple[float, int]], seconds: float) -> Latency:
    times = [milliseconds for milliseconds, _rows in done]
    p50, p95, p99 = (round(percentile(times, share), 2) for share in (0.5, 0.95, 0.99))
    return Latency(p50, p95, p99, min((rows for _time, rows in done), default=0), round(len(done) / seconds, 1))
