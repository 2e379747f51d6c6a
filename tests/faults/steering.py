"""Starting processes and waiting for what they do."""

import time
from contextlib import contextmanager
from dataclasses import replace

import redis

from documents.models import Document, IndexJob
from portal.supervisor import kill_group, spawn
from tests.factories import accepted_document


@contextmanager
def running(service):
    process = spawn(service)
    try:
        yield process
    finally:
        kill_group(process.pid)
        process.wait()


def second(service):
    """Another process of the same kind beside the first."""
    return replace(service, log=service.log.with_name(f"second-{service.log.name}"))


def answers(client):
    try:
        return client.ping()
    except redis.RedisError:
        return False


def wait_for(condition, timeout_s=300.0):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "It took too long."
        time.sleep(0.05)


def uploaded(collection, count):
    return [
        accepted_document(
            collection, f"Rule {number} is about leave. 규정 {number}은 휴가입니다.", file_name=f"{number}.txt"
        )
        for number in range(count)
    ]


def count(state):
    return IndexJob.objects.filter(state=state).count()


def all_ready(count):
    return Document.objects.filter(state=Document.State.READY).count() == count
