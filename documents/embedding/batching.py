"""Encodes the texts of several threads together: what comes in while one batch is computed waits for the next."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from documents.embedding.vectors import type_Vectors

# What a caller gets when the thread that computed for it was ended in the middle.
INTERRUPTED = RuntimeError("the computation of the vectors was interrupted")
# Texts that are taken at once; the model sorts them by length and cuts them into batches.
TAKEN_AT_ONCE = 64


class _Item:
    """One text that waits for its vector, or for what went wrong."""

    __slots__ = ("caller", "error", "is_done", "text", "vector")

    def __init__(self, text: str, caller: object) -> None:
        self.text = text
        self.caller = caller
        self.is_done = False
        self.vector: np.ndarray | None = None
        self.error: Exception | None = INTERRUPTED


class Batcher:
    """First come, first served. There is no thread of its own: whoever waits computes for all who wait."""

    def __init__(self, encode: Callable[[list[str]], "type_Vectors"]) -> None:
        self._encode = encode
        self._waiting: deque[_Item] = deque()
        self._computing = threading.Lock()

    def encode(self, texts: Sequence[str]) -> "type_Vectors":
        """Return vectors of shape (n, dimensions) in the order of the texts; raises what encoding them raised."""
        caller = object()
        items = [_Item(text, caller) for text in texts]
        self._waiting.extend(items)
        for item in items:
            while not item.is_done:
                with self._computing:
                    if not item.is_done:
                        self._compute_next()
        for item in items:
            if item.error is not None:
                raise item.error
        return np.array([item.vector for item in items], dtype=np.float32)

    def _compute_next(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), TAKEN_AT_ONCE))]
        try:
            self._compute(batch)
        except Exception:  # noqa: BLE001 - each caller gets what its own texts raise
            # One caller's text must not fail the others'.
            for _caller, own in groupby(batch, key=lambda item: id(item.caller)):
                self._compute_alone(list(own))
        finally:
            # Whatever ended this thread's work, nobody waits for ever.
            for item in batch:
                item.is_done = True

    def _compute(self, batch: list[_Item]) -> None:
        vectors = self._encode([item.text for item in batch])
        for item, vector in zip(batch, vectors, strict=True):
            item.vector, item.error = vector, None

    def _compute_alone(self, items: list[_Item]) -> None:
        try:
            self._compute(items)
        except Exception as error:  # noqa: BLE001 - raised again in the caller's thread
            for item in items:
                item.error = error
