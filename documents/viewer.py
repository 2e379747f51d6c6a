"""Pictures of PDF pages and where a quote lies on them, for everybody who opens a citation.

Pages are drawn in the same limited child that reads files: hostile ones abort the renderer. A stored file
never changes, so a picture once drawn stays valid.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from documents.connections import give_back
from documents.extraction.sandbox import VIEWER_LIMITS, run
from documents.failure_codes import FailureCode, IndexingFailure

logger = logging.getLogger(__name__)

_MIN_WIDTH = 200
_MAX_WIDTH = 2_400
# Widths are rounded up to steps, so that every window size does not get a picture of its own.
_WIDTH_STEP = 200
_PNG_MARK = b"\x89PNG"
# A web process draws this many pages at a time; more would only slow each other down.
_DRAWING = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in fractions of its width and height from the top left corner."""

    x: float
    y: float
    width: float
    height: float


def page_picture(path: Path, page: int, width: int, cache_dir: Path) -> bytes:
    """PNG of a page (counted from 1), about `width` pixels wide; raises IndexingFailure."""
    width = _rounded(width)
    cached = _picture_dir(path, cache_dir) / f"{page}-{width}.png"
    try:
        return cached.read_bytes()
    except OSError:
        picture = _drawn(path, page, width)
    try:
        _store(cached, picture)
    except OSError:
        logger.warning("the picture of a page could not be kept", exc_info=True)
    return picture


def forget_pictures(path: Path, cache_dir: Path) -> None:
    """Remove the pictures of a deleted file."""
    shutil.rmtree(_picture_dir(path, cache_dir), ignore_errors=True)


def highlight_boxes(path: Path, page: int, start: int, end: int) -> list[Box]:
    """One box per line that text[start:end] of the extracted page covers; raises IndexingFailure."""
    with _turn():
        output = run(["boxes", str(path), str(page), str(start), str(end)], VIEWER_LIMITS)
    try:
        edges = [tuple(min(1.0, max(0.0, float(edge))) for edge in box) for box in json.loads(output)]
        return [Box(left, top, right - left, bottom - top) for left, top, right, bottom in edges]
    except (ValueError, TypeError) as error:
        raise IndexingFailure(FailureCode.CRASHED, f"output not as agreed: {error!r}") from error


def _rounded(width: int) -> int:
    return min(_MAX_WIDTH, max(_MIN_WIDTH, -(-width // _WIDTH_STEP) * _WIDTH_STEP))


def _picture_dir(path: Path, cache_dir: Path) -> Path:
    key = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()
    return cache_dir / key[:2] / key


def _drawn(path: Path, page: int, width: int) -> bytes:
    with _turn():
        picture = run(["picture", str(path), str(page), str(width)], VIEWER_LIMITS)
    if not picture.startswith(_PNG_MARK):
        raise IndexingFailure(FailureCode.CRASHED, "the child did not draw a picture")
    return picture


@contextmanager
def _turn() -> Iterator[None]:
    """Waiting for it, and drawing, takes seconds."""
    give_back()
    with _DRAWING:
        yield


def _store(cached: Path, picture: bytes) -> None:
    """Whole or not at all: somebody else may read it at this moment."""
    cached.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=cached.parent)
    os.close(descriptor)
    unfinished = Path(name)
    try:
        unfinished.write_bytes(picture)
        unfinished.replace(cached)
    finally:
        unfinished.unlink(missing_ok=True)
