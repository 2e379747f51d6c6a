"""How many requests a token may make: so many in each minute of the clock, counted by each web process for itself."""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable

MINUTE_S = 60


class Pace:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: Counter[int] = Counter()

    def wait_s(self, token_id: int, limit: int) -> int:
        """Count one more request; the seconds until the next is taken, 0 for one that is taken now."""
        now = self._clock()
        minute = int(now // MINUTE_S)
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, Counter()
            self._counts[token_id] += 1
            is_over = self._counts[token_id] > limit
        return max(math.ceil((minute + 1) * MINUTE_S - now), 1) if is_over else 0


pace = Pace()
