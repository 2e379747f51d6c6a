"""The client of a language model against a local server that fails in every way that was met in the wild."""

import asyncio
import time

import pytest
from django.utils import timezone

from chat import llm
from chat.failures import AnswerFailure, FailureCode
from chat.llm import OpenAICompatible, configured_model
from chat.prompts import Instruction
from chat.reply import Usage
from tests.llm_server import LanguageModelServer, Script

ASK = [Instruction("system", "Answer."), Instruction("user", "How many days?")]
HTML = "<html><title>Sign in</title></html>"


@pytest.fixture(scope="module")
def server():
    with LanguageModelServer() as running:
        yield running


@pytest.fixture(autouse=True)
def impatient(monkeypatch, settings):
    settings.LLM_TIMEOUT_S = 0.5
    monkeypatch.setattr(llm, "PAUSE_S", 0.01)


END = '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'


async def collected(server, usage=None) -> str:
    model = OpenAICompatible(server.base_url, "key", "test")
    return "".join([piece async for piece in model.stream(ASK, usage)])


def read(server, usage=None) -> str:
    return asyncio.run(collected(server, usage))


def reply(server, script: Script) -> tuple[str, FailureCode | None]:
    """What a reader would have got, and how it ended."""
    server.script = script
    server.requests.clear()
    got: list[str] = []

    async def read() -> None:
        async for piece in OpenAICompatible(server.base_url, "key", "test").stream(ASK):
            got.append(piece)

    try:
        asyncio.run(read())
    except AnswerFailure as failure:
        return "".join(got), failure.code
    return "".join(got), None


def test_pieces_arrive_in_order(server):
    assert reply(server, Script()) == ("Fifteen days [1].", None)
    assert server.requests[0]["messages"][1]["content"] == "How many days?"


def test_an_endpoint_that_stays_open_after_the_end_is_not_waited_for(server):
    started = time.monotonic()

    assert (
        reply(
            server,
            Script(
                raw='data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
                finish=None,
                done=False,
            ),
        )[1]
        is None
    )
    assert time.monotonic() - started < 0.5


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (Script(cut=True), ("Fifteen days [1].", FailureCode.CUT)),
        (Script(finish=None, done=False), ("Fifteen days [1].", FailureCode.CUT)),
        (Script(finish=None), ("Fifteen days [1].", FailureCode.CUT)),
        (Script(finish="length"), ("Fifteen days [1].", FailureCode.TRUNCATED)),
        (Script(finish="content_filter"), ("Fifteen days [1].", FailureCode.FILTERED)),
        (Script(finish="tool_calls"), ("Fifteen days [1].", FailureCode.CUT)),
        (Script(stall_s=2), ("Fifteen days [1].", FailureCode.SLOW)),
        (Script(raw="data: {broken\n\n"), ("Fifteen days [1].", FailureCode.BROKEN_REPLY)),
        (Script(raw="data: [1, 2]\n\n"), ("Fifteen days [1].", FailureCode.BROKEN_REPLY)),
        (
            Script(raw='data: {"error": {"message": "overloaded"}}\n\n'),
            ("Fifteen days [1].", FailureCode.MODEL_FAULT),
        ),
        (Script(pieces=[]), ("", FailureCode.EMPTY)),
        (Script(body=HTML, content_type="text/html"), ("", FailureCode.NOT_A_MODEL)),
        (Script(body=HTML), ("", FailureCode.NOT_A_MODEL)),
        (Script(status=401, body="{}", content_type="application/json"), ("", FailureCode.KEY_REFUSED)),
        (Script(status=404, body="{}", content_type="application/json"), ("", FailureCode.UNKNOWN_MODEL)),
        (Script(status=400, body="{}", content_type="application/json"), ("", FailureCode.BAD_REQUEST)),
    ],
)
def test_each_fault_has_its_own_code_and_keeps_what_came(server, script, expected):
    assert reply(server, script) == expected


@pytest.mark.parametrize(
    ("status", "headers", "code", "requests"),
    [
        (429, {"retry-after": "0"}, FailureCode.BUSY, 2),
        (429, {"retry-after": "600"}, FailureCode.BUSY, 1),
        (500, {"retry-after": "0"}, FailureCode.MODEL_FAULT, 2),
    ],
)
def test_a_refused_request_is_tried_again_unless_told_to_wait_long(server, status, headers, code, requests):
    script = Script(status=status, body="{}", content_type="application/json", headers=headers)

    assert reply(server, script) == ("", code)
    assert len(server.requests) == requests


def test_nothing_is_tried_again_after_the_first_word(server):
    reply(server, Script(cut=True))

    assert len(server.requests) == 1


def test_nobody_listens():
    async def read() -> None:
        async for _piece in OpenAICompatible("http://127.0.0.1:9/v1", "", "test").stream(ASK):
            pass

    with pytest.raises(AnswerFailure) as caught:
        asyncio.run(read())

    assert caught.value.code == FailureCode.UNREACHABLE


def test_a_reply_that_never_ends_is_cut(server, settings):
    settings.LLM_MAX_TOKENS = 10

    text, code = reply(server, Script(pieces=["0123456789"] * 1000, pause_s=0.001))

    assert len(text) > 80
    assert code == FailureCode.TRUNCATED


def test_the_total_deadline_counts_even_while_pieces_come(server, monkeypatch):
    monkeypatch.setattr(llm, "DEADLINE_S", 0.5)

    assert reply(server, Script(pieces=["a"] * 100, pause_s=0.1))[1] == FailureCode.SLOW


def test_giving_up_closes_the_connection_upstream(server):
    server.script = Script(pieces=["a"] * 1000, pause_s=0.05)

    async def read_a_little() -> None:
        pieces = OpenAICompatible(server.base_url, "", "test").stream(ASK)
        async for _piece in pieces:
            break
        await pieces.aclose()

    asyncio.run(read_a_little())
    closed_by = time.monotonic() + 2
    while server.open_replies and time.monotonic() < closed_by:
        time.sleep(0.02)

    assert server.open_replies == 0


def test_without_an_address_there_is_no_model(settings):
    settings.LLM_BASE_URL = ""

    assert configured_model() is None


def test_it_is_asked_to_count_and_for_no_more_than_fits(server, settings):
    settings.LLM_MAX_TOKENS = 321
    usage = Usage()
    counted = 'data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3}}\n\n'
    server.script = Script(finish=None, raw=f"data: {END}\n\n{counted}")

    read(server, usage)

    assert server.requests[-1]["max_tokens"] == 321
    assert server.requests[-1]["stream_options"] == {"include_usage": True}
    assert (usage.input_tokens, usage.output_tokens, usage.is_estimated) == (12, 3, False)


def test_tokens_that_are_not_counted_are_estimated_also_of_a_reply_that_breaks(server):
    usage = Usage()
    server.script = Script(cut=True)

    with pytest.raises(AnswerFailure):
        read(server, usage)

    assert usage.is_estimated
    assert usage.input_tokens > 0
    assert usage.output_tokens > 0


def test_a_server_that_does_not_know_an_option_is_asked_without_it_and_that_is_remembered(server, monkeypatch):
    monkeypatch.setattr(llm, "_wordings", {})
    server.script = Script()
    server.refuse = ["max_tokens", "stream_options"]

    assert read(server) == read(server) == "Fifteen days [1]."
    server.refuse = []

    keys = [set(request) & {"max_tokens", "max_completion_tokens", "stream_options"} for request in server.requests]
    assert keys[-2:] == [{"max_completion_tokens"}, {"max_completion_tokens"}]


def test_a_busy_server_says_from_when_it_can_be_asked(server):
    server.script = Script(status=429, body="{}", content_type="application/json", headers={"retry-after": "90"})

    with pytest.raises(AnswerFailure) as caught:
        read(server)

    assert 80 < (caught.value.retry_at - timezone.now()).total_seconds() <= 90


def test_after_its_end_nothing_can_spoil_a_reply(server):
    assert reply(server, Script(finish=None, raw=f"data: {END}\n\n", cut_after=True)) == ("Fifteen days [1].", None)


def test_many_replies_at_once_are_all_whole(server):
    server.script = Script(pieces=["a"] * 20, pause_s=0.01)

    async def read_many() -> list[str]:
        return await asyncio.gather(*[collected(server) for _number in range(60)])

    assert asyncio.run(read_many()) == ["a" * 20] * 60
