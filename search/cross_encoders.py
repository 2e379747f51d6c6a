"""Local cross-encoders, which read two texts together: loaded from a folder, and run within a budget of time.

Never loaded from elsewhere, never with code of their own, weights as safetensors only.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

T = TypeVar("T")

logger = logging.getLogger(__name__)

_computing = threading.Lock()


class CrossEncoderError(Exception):
    """The model cannot be used; the text says why."""


def in_time(batches: Callable[[], Iterator[Sequence[T]]], budget_ms: int) -> list[T]:
    """Return what a model gives within the budget; a batch that overruns it is computed to its end unseen.

    Whatever a model does, the caller goes on without it: what goes wrong is logged.
    """
    found: list[T] = []
    deadline = time.monotonic() + budget_ms / 1000
    computing = threading.Thread(target=_compute, args=[batches, deadline, found], name="cross-encoder", daemon=True)
    computing.start()
    computing.join(max(deadline - time.monotonic(), 0.0))
    return list(found)


def _compute(batches: Callable[[], Iterator[Sequence[T]]], deadline: float, found: list[T]) -> None:
    """One at a time, since all share the same cores: who waits too long has spent the budget."""
    if not _computing.acquire(timeout=max(deadline - time.monotonic(), 0.0)):
        return
    try:
        for batch in batches():
            if time.monotonic() > deadline:
                return
            found.extend(batch)
    except Exception:  # A model may fail in any way.
        logger.exception("a cross-encoder failed")
    finally:
        _computing.release()


@cache
def load(name: str) -> "CrossEncoder":
    """Load a model from its folder. Raises CrossEncoderError if there is none."""
    from sentence_transformers import CrossEncoder

    if not (Path(name) / "config.json").is_file():
        raise CrossEncoderError(f"{name} is no folder of a cross-encoder")
    model: CrossEncoder = CrossEncoder(
        name,
        device="cpu",
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
    )
    return model
