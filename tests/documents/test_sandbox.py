import os
import subprocess
import sys
import time

import pytest

from documents.extraction import sandbox, wire
from documents.extraction.sandbox import Limits, run
from documents.failure_codes import FailureCode, IndexingFailure

QUICK = Limits(memory_bytes=200 << 20, cpu_s=1, wall_s=10, output_bytes=1_000_000)


@pytest.fixture(autouse=True)
def _misbehaving(monkeypatch):
    monkeypatch.setattr(sandbox, "_CHILD_MODULE", "tests.documents.misbehaving_child")


def failure_of(job, *arguments, limits=QUICK):
    with pytest.raises(IndexingFailure) as caught:
        run([job, *arguments], limits)
    return caught.value


@pytest.mark.parametrize(
    ("job", "code"),
    [
        ("loop", FailureCode.TOO_COMPLEX),
        ("eat_memory", FailureCode.CRASHED),
        ("chatter", FailureCode.TOO_COMPLEX),
        ("abort", FailureCode.CRASHED),
        ("fork", FailureCode.CRASHED),
        ("connect", FailureCode.CRASHED),
        ("fail_without_words", FailureCode.CRASHED),
    ],
)
def test_misbehaviour_is_a_named_failure(job, code):
    assert failure_of(job).code == code


@pytest.mark.parametrize("job", ["fork", "connect"])
def test_child_is_refused_processes_and_sockets(job):
    assert "PermissionError" in failure_of(job).detail


def test_child_that_hangs_is_ended_on_time():
    started = time.monotonic()

    failure = failure_of("sleep", limits=Limits(wall_s=0.5))

    assert failure.code == FailureCode.TOO_COMPLEX
    assert time.monotonic() - started < 5


def test_child_that_closes_its_pipes_and_stays_is_ended(monkeypatch):
    monkeypatch.setattr(sandbox, "_LEAVE_S", 0.3)

    assert failure_of("sleep_silently").code == FailureCode.TOO_COMPLEX


def test_no_process_is_left_behind(tmp_path, monkeypatch):
    mark = tmp_path / "still-there"

    run(["leave_grandchild", str(mark)], QUICK)
    time.sleep(0.2)

    assert not any(b"leave_grandchild" in line for line in _command_lines())
    assert not mark.exists()


def _command_lines():
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                yield file.read()
        except OSError:
            continue


def test_child_sees_nothing_of_our_environment(monkeypatch):
    monkeypatch.setenv("DATABASE_PASSWORD", "geheim")

    assert b"geheim" not in run(["show_environment"], QUICK)


def test_child_cannot_fill_the_disk(tmp_path):
    failure_of("write_file", str(tmp_path / "big"))

    assert (tmp_path / "big").stat().st_size <= 1 << 20


def test_output_of_another_shape_is_a_crash():
    with pytest.raises(IndexingFailure) as caught:
        wire.decode(run(["lie"], QUICK))

    assert caught.value.code == FailureCode.CRASHED


@pytest.mark.parametrize(
    "output", [b"", b"\n", b"[]\n", b"{}\n", b'{"title":1,"page_based":true,"notes":[]}\n', b"[" * 9999]
)
def test_nonsense_from_a_child_is_a_crash(output):
    with pytest.raises(IndexingFailure) as caught:
        wire.decode(output)

    assert caught.value.code == FailureCode.CRASHED


def test_what_the_database_cannot_store_is_removed_on_arrival():
    page = rb'{"text": "a\u0000b\ud800c", "headings": [[99, 77, "h\u0000"]], "method": "text", "quality": 7,'
    page += rb' "margins": [], "flaw": ""}'
    end = b'{"title": "t\\u0000", "page_based": true, "notes": []}'

    extraction = wire.decode(page + b"\n" + end + b"\n")

    assert extraction.title == "t"
    assert extraction.pages[0].text == "abc"
    assert extraction.pages[0].quality == 1.0
    heading = extraction.pages[0].headings[0]
    assert (heading.start, heading.level, heading.text) == (3, 9, "h")


def test_the_real_child_starts_without_django_and_without_models():
    program = (
        "import importlib, sys\n"
        "from documents.extraction import child, drawing, media_types\n"
        "for module, _ in media_types.READERS.values(): importlib.import_module(module)\n"
        "sys.exit(any(name in sys.modules for name in ('django', 'torch', 'numpy', 'celery')))"
    )

    assert subprocess.run([sys.executable, "-c", program], cwd=sandbox._PROJECT, check=False).returncode == 0
