"""Bodies that are too large are cut off before Django sees them."""

from collections.abc import Iterator

import pytest
from asgiref.sync import async_to_sync
from django.urls import reverse
from prometheus_client import REGISTRY

from portal.body_limit import MEGABYTE, UPLOAD_PATH, BodyLimit

UPLOAD = "/documents/collections/7/upload"


class Reader:
    """An application that reads its whole body, as Django does, and then answers."""

    def __init__(self):
        self.received = 0

    async def __call__(self, scope, receive, send):
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            self.received += len(message["body"])
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"read"})


def answer(path: str, blocks: Iterator[bytes], headers=()):
    """Send a body in blocks; return the status, the text and how many bytes the application received."""
    start, text, received = messages(path, blocks, headers)
    return start["status"], text, received


def messages(path, blocks, headers=()):
    """The same with the whole beginning of the response."""
    reader, sent, waiting = Reader(), [], list(blocks)

    async def receive():
        body = waiting.pop(0) if waiting else b""
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": list(headers)}
    async_to_sync(BodyLimit(reader))(scope, receive, send)
    return sent[0], sent[1]["body"].decode(), reader.received


def test_small_body_passes():
    assert answer("/", [b"x" * MEGABYTE]) == (200, "read", MEGABYTE)


def test_streamed_body_is_cut_off_at_the_limit():
    status, _text, received = answer("/nowhere", [b"x" * 100_000] * 400)

    assert status == 413
    assert received <= MEGABYTE


def test_announced_length_is_refused_without_reading():
    status, _text, received = answer("/", [b"x"], [(b"content-length", b"2000000")])

    assert (status, received) == (413, 0)


def test_upload_may_be_as_large_as_the_largest_file(settings):
    settings.UPLOAD_MAX_BYTES = 3 * MEGABYTE

    assert answer(UPLOAD, [b"x" * MEGABYTE] * 4)[0] == 200
    assert answer(UPLOAD, [b"x" * MEGABYTE] * 4 + [b"x"])[0] == 413


def test_path_of_uploads_is_the_one_that_the_limit_knows():
    assert UPLOAD_PATH.match(reverse("documents:document_upload", args=[7]))
    assert UPLOAD_PATH.match(reverse("search:question_import"))
    assert not UPLOAD_PATH.match(reverse("documents:collection_edit", args=[7]))


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ([(b"accept-language", b"en")], "This is too large"),
        ([(b"accept-language", b"ko-KR,ko;q=0.9")], "너무 큽니다"),
        ([(b"accept-language", b"ko"), (b"cookie", b"django_language=en")], "This is too large"),
    ],
)
def test_refusal_speaks_the_readers_language(headers, words):
    assert words in answer("/", [b"x" * MEGABYTE] * 2, headers)[1]


def test_refusals_have_an_id_and_are_measured():
    labels = {"view": "body_limit", "method": "POST", "status": "4xx"}
    before = REGISTRY.get_sample_value("portal_request_seconds_count", labels) or 0

    start, _text, _received = messages("/", [b"x" * MEGABYTE] * 2, [(b"x-request-id", b"abc-12345")])

    assert {(b"x-request-id", b"abc-12345"), (b"x-content-type-options", b"nosniff")} <= set(start["headers"])
    assert REGISTRY.get_sample_value("portal_request_seconds_count", labels) == before + 1
