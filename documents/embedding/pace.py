"""Keeps the requests of this process below what a service allows in a minute."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Of a minute; None: none that is known."""

    requests: int | None = None
    tokens: int | None = None


class Pace:
    """Several threads may ask at once. A request that is larger than the limit goes through alone."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        # When, and how many tokens, of the last minute.
        self._sent: deque[tuple[float, int]] = deque()
        self._lock = threading.Lock()

    def seconds_until_free(self, tokens: int) -> float:
        """Take the room for a request of so many tokens and return 0; or, taking none, the seconds until there is."""
        with self._lock:
            now = self._clock()
            while self._sent and self._sent[0][0] <= now - MINUTE_S:
                self._sent.popleft()
            wait_s = self._wait_s(tokens, now)
            if not wait_s:
                self._sent.append((now, tokens))
            return wait_s

    def _wait_s(self, tokens: int, now: float) -> float:
        """Until as many of the oldest requests are a minute old as have to be."""
        requests, used, wait_s = len(self._sent), sum(sent for _at, sent in self._sent), 0.0
        for at, sent in self._sent:
            if self._has_room(requests, used, tokens):
                break
            requests, used, wait_s = requests - 1, used - sent, at + MINUTE_S - now
        return wait_s

    def _has_room(self, requests: int, used: int, tokens: int) -> bool:
        limits = self._limits
        fits = limits.tokens is None or not used or used + tokens <= limits.tokens
        return fits and (limits.requests is None or requests < limits.requests)
