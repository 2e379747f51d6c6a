"""The program that parses one hostile file: `python -m documents.extraction.child MEMORY CPU FILE JOB ARGS...`.

It confines itself before it touches the file, loads only the parser it needs, and answers on standard
output.
"""

import errno
import importlib
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from documents.extraction import sandbox, wire
from documents.extraction.confinement import confine
from documents.extraction.media_types import READERS
from documents.failure_codes import FailureCode, IndexingFailure

_FULL = {errno.ENOSPC: FailureCode.DISK_FULL, errno.EFBIG: FailureCode.TOO_MUCH_INSIDE}


def main(arguments: list[str]) -> int:
    memory_bytes, cpu_s, file_bytes, job, *rest = arguments
    confine(int(memory_bytes), int(cpu_s), int(file_bytes), may_become_another=job == _RECOGNISE)
    try:
        output = _JOBS[job](*rest)
    except IndexingFailure as failure:
        return _report(failure)
    except (MemoryError, RecursionError) as error:
        return _report(IndexingFailure(FailureCode.TOO_COMPLEX, repr(error)))
    sys.stdout.buffer.write(output)
    return 0


def _report(failure: IndexingFailure) -> int:
    if sys.stdout.buffer.seekable():  # a file, which may hold half of the output
        os.lseek(sys.stdout.fileno(), 0, os.SEEK_SET)
        os.ftruncate(sys.stdout.fileno(), 0)
    sys.stdout.buffer.write(sandbox.encode_failure(failure))
    return sandbox.FAILED_STATUS


def _pages(media_type: str, path: str) -> bytes:
    module, reader = READERS[media_type]
    return wire.encode(getattr(importlib.import_module(module), reader)(Path(path)))


def _picture(path: str, number: str, width: str) -> bytes:
    from documents.extraction.drawing import draw_page

    return draw_page(Path(path), int(number), int(width))


def _scan(path: str, number: str) -> bytes:
    from documents.extraction.drawing import draw_for_recognition

    return draw_for_recognition(Path(path), int(number))


def _recognise(program: str, languages: str, picture: str) -> NoReturn:
    """Tesseract takes the place of this process and keeps its limits."""
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
    # One column, or tables fall apart and short Korean lines are lost. Without the option on spaces, the text has one
    # behind most Korean syllables.
    options = ["-l", languages, "--psm", "4", "-c", "preserve_interword_spaces=1", "tsv", "txt"]
    os.execve(program, [program, picture, "stdout", *options], environment)  # noqa: S606 - no shell


def _boxes(path: str, number: str, start: str, end: str) -> bytes:
    from documents.extraction.drawing import line_boxes

    return json.dumps(line_boxes(Path(path), int(number), int(start), int(end))).encode()


def _members(media_type: str, path: str, member_bytes: str) -> bytes:
    from documents.extraction.members import write_members

    with _raw_output() as output:
        try:
            write_members(output, Path(path), media_type, int(member_bytes))
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise IndexingFailure(_FULL[error.errno], str(error)) from error
    return b""


def _raw_output() -> io.FileIO:
    """Standard output without a buffer, which could not be emptied on a full disk."""
    return io.FileIO(sys.stdout.fileno(), "wb", closefd=False)


_RECOGNISE = "recognise"
_JOBS: dict[str, Callable[..., bytes]] = {
    "pages": _pages,
    "picture": _picture,
    "scan": _scan,
    _RECOGNISE: _recognise,
    "boxes": _boxes,
    "members": _members,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
