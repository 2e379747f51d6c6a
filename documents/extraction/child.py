"""The program that parses one hostile file: `python -m documents.extraction.child MEMORY CPU JOB ARGS...`.

It confines itself before it touches the file, loads only the parser it needs, and answers on standard
output.
"""

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

from documents.extraction import sandbox, wire
from documents.extraction.confinement import confine
from documents.extraction.media_types import READERS
from documents.failure_codes import FailureCode, IndexingFailure


def main(arguments: list[str]) -> int:
    memory_bytes, cpu_s, job, *rest = arguments
    confine(int(memory_bytes), int(cpu_s))
    try:
        output = _JOBS[job](*rest)
    except IndexingFailure as failure:
        return _report(failure)
    except (MemoryError, RecursionError) as error:
        return _report(IndexingFailure(FailureCode.TOO_COMPLEX, repr(error)))
    sys.stdout.buffer.write(output)
    return 0


def _report(failure: IndexingFailure) -> int:
    sys.stdout.buffer.write(sandbox.encode_failure(failure))
    return sandbox.FAILED_STATUS


def _pages(media_type: str, path: str) -> bytes:
    module, reader = READERS[media_type]
    return wire.encode(getattr(importlib.import_module(module), reader)(Path(path)))


def _picture(path: str, number: str, width: str) -> bytes:
    from documents.extraction.drawing import draw_page

    return draw_page(Path(path), int(number), int(width))


def _boxes(path: str, number: str, start: str, end: str) -> bytes:
    from documents.extraction.drawing import line_boxes

    return json.dumps(line_boxes(Path(path), int(number), int(start), int(end))).encode()


_JOBS: dict[str, Callable[..., bytes]] = {"pages": _pages, "picture": _picture, "boxes": _boxes}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
