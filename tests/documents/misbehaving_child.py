"""A parsing child that does what a hostile file might make it do, after it has confined itself."""

import os
import socket
import sys
import time
from pathlib import Path

from documents.extraction.confinement import confine


def loop(_argument: str) -> None:
    while True:
        pass


def sleep(_argument: str) -> None:
    time.sleep(60)


def sleep_silently(_argument: str) -> None:
    os.close(1)
    os.close(2)
    time.sleep(60)


def abort(_argument: str) -> None:
    os.abort()


def fork(_argument: str) -> None:
    os.fork()


def connect(_argument: str) -> None:
    socket.socket()


def eat_memory(_argument: str) -> None:
    held = []
    while True:
        held.append(b"x" * 10_000_000)


def chatter(_argument: str) -> None:
    while True:
        sys.stdout.write("x" * 100_000)


def lie(_argument: str) -> None:
    sys.stdout.write('{"text": 7}\n{"title": "x"}\n')


def fail_without_words(_argument: str) -> None:
    sys.exit(3)


def show_environment(_argument: str) -> None:
    sys.stdout.write(Path("/proc/self/environ").read_text())


def write_file(argument: str) -> None:
    Path(argument).write_bytes(b"x" * 2_000_000)


def leave_grandchild(argument: str) -> None:
    """Where processes are allowed, the group is killed; this program was started without the filter."""
    if os.fork() == 0:
        os.close(1)
        os.close(2)
        time.sleep(5)
        Path(argument).touch()


if __name__ == "__main__":
    memory_bytes, cpu_s, file_bytes, job, *rest = sys.argv[1:]
    if job != "leave_grandchild":
        confine(int(memory_bytes), int(cpu_s), int(file_bytes))
    globals()[job](*rest or [""])
