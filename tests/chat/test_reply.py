"""A language model's reply, taken apart as it arrives."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from chat import refusals
from chat.failures import AnswerFailure, FailureCode
from chat.reply import Reply, Usage
from documents import retry_after


def chunk(text=None, finish=None, **fields) -> bytes:
    delta = {} if text is None else {"content": text}
    event = {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **fields}
    return b"data: " + json.dumps(event).encode() + b"\n\n"


def ended(reply: Reply) -> FailureCode | None:
    try:
        reply.check_end()
    except AnswerFailure as failure:
        return failure.code
    return None


def test_text_is_the_same_however_it_is_cut():
    whole = chunk("열다섯 ") + b": a comment\r\n\r\n" + chunk("days 🙂") + chunk(finish="stop") + b"data: [DONE]\n\n"
    for size in (1, 2, 7, len(whole)):
        reply = Reply()
        pieces = [reply.taken(whole[at : at + size]) for at in range(0, len(whole), size)]

        assert "".join(pieces) == "열다섯 days 🙂"
        assert reply.is_done
        assert ended(reply) is None


def test_a_character_in_two_halves_is_put_together_and_half_a_one_is_replaced():
    reply = Reply()
    halves = (
        b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\n',
        b'data: {"choices":[{"delta":{"content":"\\ude42"}}]}\n\n',
    )

    assert reply.taken(halves[0]) == ""
    assert reply.taken(halves[1]) == "🙂"
    assert "\ufffd" in reply.taken(halves[1])


def test_what_cannot_be_stored_is_left_out():
    assert Reply().taken(chunk("a\x00b")) == "ab"


def test_what_came_before_a_fault_is_given_out_with_it():
    reply = Reply()

    assert reply.taken(chunk("Fifteen") + b"data: {broken\n\n" + chunk("never")) == "Fifteen"
    assert ended(reply) == FailureCode.BROKEN_REPLY


@pytest.mark.parametrize(
    "event",
    [
        b"[1, 2]",
        b'"text"',
        b"null",
        b"{}",
        b'{"choices": 5}',
        b'{"choices": [5]}',
        b'{"choices":[{"delta":{"content":5}}]}',
        b'{"choices":[{"delta":"\xe9"}]}',
        b"[" * 100_000,
    ],
)
def test_another_shape_is_a_broken_reply(event):
    reply = Reply()
    reply.taken(b"data: " + event + b"\n\n")

    assert ended(reply) == FailureCode.BROKEN_REPLY


def test_a_line_without_an_end_is_not_kept_for_ever():
    reply = Reply()
    for _time in range(20):
        reply.taken(b"x" * 100_000)

    assert ended(reply) == FailureCode.BROKEN_REPLY


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("stop", None),
        ("STOP", None),
        ("eos_token", None),
        ("length", FailureCode.TRUNCATED),
        ("content_filter", FailureCode.FILTERED),
        ("tool_calls", FailureCode.CUT),
        ("abort", FailureCode.CUT),
        (None, FailureCode.CUT),
    ],
)
def test_the_reason_of_its_end(reason, code):
    reply = Reply()
    reply.taken(chunk("Fifteen") + chunk(finish=reason))

    assert ended(reply) == code


def test_roles_and_thoughts_are_no_text():
    reply = Reply()
    thought = b'data: {"choices":[{"delta":{"role":"assistant","content":null,"reasoning_content":"hm"}}]}\n\n'

    assert reply.taken(thought + chunk(finish="stop")) == ""
    assert ended(reply) == FailureCode.EMPTY


def test_the_servers_count_is_taken_and_one_of_another_kind_is_not():
    reply = Reply()
    reply.taken(chunk("Fifteen", usage=None) + chunk(finish="stop", usage={"prompt_tokens": "many"}))
    assert reply.counted is None
    reply.taken(b'data: {"choices":[],"usage":{"prompt_tokens":99999999999,"completion_tokens":3}}\n\n')
    assert reply.counted is None

    reply.taken(b'data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3}}\n\n')
    assert reply.counted == (12, 3)
    assert reply.is_done


def test_usage_adds_up_and_costs():
    usage = Usage(1000, 200).plus(Usage(500, 0, is_estimated=True))

    assert (usage.input_tokens, usage.output_tokens, usage.is_estimated) == (1500, 200, True)
    assert str(usage.cost(2.0, 10.0)) == "0.005000"
    assert usage.cost(0, 0) is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [("2", 2), ("0.5", 0.5), ("", None), ("soon", None), ("nan", None), ("inf", None), ("-5", 0), ("1e9", 86_400)],
)
def test_retry_after_in_seconds(said, expected):
    assert retry_after.wait_s({"retry-after": said}) == expected


def test_retry_after_as_a_date():
    then = datetime.now(UTC) + timedelta(seconds=90)

    assert 80 < retry_after.wait_s({"retry-after": format_datetime(then, usegmt=True)}) <= 90


@pytest.mark.parametrize(
    ("status", "words", "code"),
    [
        (302, "", "not_a_model"),
        (400, "maximum context length is 8192", "too_long"),
        (400, "", "bad_request"),
        (401, "", "key_refused"),
        (402, "", "no_credit"),
        (418, "", "bad_request"),
        (429, "insufficient_quota", "no_credit"),
        (429, "", "busy"),
        (503, "", "model_fault"),
    ],
)
def test_what_a_refusal_means(status, words, code):
    assert refusals.code_of(status, words) == code
