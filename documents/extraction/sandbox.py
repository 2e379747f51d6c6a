"""Runs one parsing job in a child process under limits: out come bytes or a named failure, nothing else.

The child is a fresh interpreter (never a fork of a worker that holds a model), gets none of this process's
environment, and is killed with its whole group when its time is up.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from documents.failure_codes import FailureCode, IndexingFailure

_PROJECT = Path(__file__).resolve().parents[2]
_CHILD_MODULE = "documents.extraction.child"
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(_PROJECT),
}
# A child ends with this after it has named the failure itself.
FAILED_STATUS = 3
_READ_BYTES = 1 << 20
_STDERR_BYTES = 4_000
# More than the longest failure that a child names.
_REPORT_BYTES = 8_000
# How long a child may live on after it has closed its pipes.
_LEAVE_S = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    memory_bytes: int = 900 << 20
    cpu_s: int = 60
    wall_s: float = 90
    output_bytes: int = 60_000_000
    # What the child may write to one file: enough for Python to cache its own compiled modules.
    file_bytes: int = 1 << 20


EXTRACTION_LIMITS = Limits()
# A page is drawn while somebody waits for it.
VIEWER_LIMITS = Limits(cpu_s=15, wall_s=30)


def run(job: Sequence[str], limits: Limits = EXTRACTION_LIMITS, given: BinaryIO | None = None) -> bytes:
    """What the child wrote to standard output; raises IndexingFailure when it did not end well.

    It finds the open file that it is `given` as its standard input.
    """
    child = _start(job, limits, subprocess.PIPE, given)
    try:
        output, errors = _collect(child, limits)
        _wait(child)
    finally:
        _kill_group(child)
    _judge(child.returncode, output, errors)
    return output


def run_into(file: BinaryIO, job: Sequence[str], limits: Limits) -> None:
    """Let the child write to this open file instead, up to `file_bytes`; raises IndexingFailure like `run`."""
    child = _start(job, limits, file)
    try:
        _output, errors = _collect(child, limits)
        _wait(child)
    finally:
        _kill_group(child)
    file.seek(0)
    _judge(child.returncode, file.read(_REPORT_BYTES), errors)
    file.seek(0)


def _start(
    job: Sequence[str], limits: Limits, output: int | BinaryIO, given: BinaryIO | None = None
) -> subprocess.Popen[bytes]:
    allowed = (limits.memory_bytes, limits.cpu_s, limits.file_bytes)
    return subprocess.Popen(
        # -P: never import from the working directory.
        [sys.executable, "-P", "-m", _CHILD_MODULE, *map(str, allowed), *job],
        stdin=given or subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        env=_ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )


def _collect(child: subprocess.Popen[bytes], limits: Limits) -> tuple[bytes, str]:
    """Read the pipes until the child closes them, its time is up or it talks too much."""
    deadline = time.monotonic() + limits.wall_s
    collected = {"output": bytearray(), "errors": bytearray()}
    with selectors.DefaultSelector() as selector:
        for stream, name in ((child.stdout, "output"), (child.stderr, "errors")):
            if stream is not None:
                selector.register(stream, selectors.EVENT_READ, name)
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise IndexingFailure(FailureCode.TOO_COMPLEX, f"no end after {limits.wall_s} s")
            for key, _ in ready:
                data = os.read(key.fd, _READ_BYTES)
                if not data:
                    selector.unregister(key.fileobj)
                collected[key.data] += data
            del collected["errors"][:-_STDERR_BYTES]
            if len(collected["output"]) > limits.output_bytes:
                raise IndexingFailure(FailureCode.TOO_COMPLEX, f"more than {limits.output_bytes} bytes of output")
    return bytes(collected["output"]), collected["errors"].decode("utf-8", "replace").strip()


def _wait(child: subprocess.Popen[bytes]) -> None:
    """A child may close its pipes and live on; it gets no more time for that."""
    try:
        child.wait(timeout=_LEAVE_S)
    except subprocess.TimeoutExpired as error:
        raise IndexingFailure(FailureCode.TOO_COMPLEX, "no end after the end of its output") from error


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """End what is left of the child and its group, and give back the pipes."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for stream in (child.stdout, child.stderr):
        if stream is not None:
            stream.close()


def encode_failure(failure: IndexingFailure) -> bytes:
    """What a child writes before it ends with FAILED_STATUS."""
    return json.dumps({"code": failure.code, "detail": failure.detail[:500]}).encode()


def _judge(returncode: int, output: bytes, errors: str) -> None:
    if returncode == 0:
        return
    if returncode == FAILED_STATUS:
        raise _reported(output)
    detail = f"child ended with {returncode}: {errors[-500:]}"
    # The processor limit and a system short of memory send these. A C library that gets no memory aborts,
    # which looks like any other abort: the kernel counts this process's memory into the child's peak.
    if returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise IndexingFailure(FailureCode.TOO_COMPLEX, detail)
    raise IndexingFailure(FailureCode.CRASHED, detail)


def _reported(output: bytes) -> IndexingFailure:
    try:
        record = json.loads(output)
        return IndexingFailure(FailureCode(record["code"]), str(record["detail"])[:500])
    except (ValueError, LookupError, TypeError) as error:
        return IndexingFailure(FailureCode.CRASHED, f"the child failed without saying how: {error!r}")
