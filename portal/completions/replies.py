"""Answers in the shapes of the OpenAI protocol: citations as annotations of the message, and whole beside it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chat.failures import FailureCode
from portal.api.answers import CitationOut
from portal.api.errors import ApiError

_FINISHES = {FailureCode.TRUNCATED: "length", FailureCode.FILTERED: "content_filter"}
# As OpenAI's own clients know them.
MODEL_NOT_FOUND = "model_not_found"
_CODES = {401: "invalid_api_key"}
_KINDS = {401: "authentication_error", 429: "rate_limit_error"}
_NEXT_TO_MESSAGE = "{message} {next_step}"


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished answer; `code` says why it is not whole. Tokens are the language model's, or estimated."""

    id: int
    model: str
    created: int
    text: str
    citations: Sequence[CitationOut]
    code: str = ""
    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def name(self) -> str:
        return name_of(self.id)

    @property
    def finish_reason(self) -> str:
        return finish_of(self.code)

    @property
    def usage(self) -> dict[str, int]:
        return {
            "prompt_tokens": self.input_tokens,
            "completion_tokens": self.output_tokens,
            "total_tokens": self.input_tokens + self.output_tokens,
        }


def name_of(answer_id: int) -> str:
    return f"chatcmpl-{answer_id}"


def finish_of(code: str) -> str:
    return next((finish for known, finish in _FINISHES.items() if known == code), "stop")


def whole(reply: Reply) -> dict[str, Any]:
    """A `chat.completion`."""
    message = {
        "role": "assistant",
        "content": reply.text,
        "refusal": None,
        "annotations": annotations(reply.citations),
    }
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reply.finish_reason}
    return {
        "id": reply.name,
        "object": "chat.completion",
        "created": reply.created,
        "model": reply.model,
        "choices": [choice],
        "usage": reply.usage,
        "citations": told(reply.citations),
    }


def chunk(
    answer_id: int, model: str, created: int, delta: dict[str, Any], finish_reason: str | None = None
) -> dict[str, Any]:
    """A `chat.completion.chunk`."""
    return {
        "id": name_of(answer_id),
        "object": "chat.completion.chunk",
        "created": created,
        "model": model,
        "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}],
    }


def last_chunk(reply: Reply) -> dict[str, Any]:
    """The one that ends the text and brings the citations."""
    delta = {"annotations": annotations(reply.citations)}
    ending = chunk(reply.id, reply.model, reply.created, delta, reply.finish_reason)
    return ending | {"citations": told(reply.citations)}


def usage_chunk(reply: Reply) -> dict[str, Any]:
    return chunk(reply.id, reply.model, reply.created, {}) | {"choices": [], "usage": reply.usage}


def problem(failure: ApiError) -> dict[str, Any]:
    """Why there is no answer, of a request or in a stream."""
    told = {
        "message": _NEXT_TO_MESSAGE.format(message=failure.message, next_step=failure.next_step),
        "type": _KINDS.get(failure.status, "server_error" if failure.status >= 500 else "invalid_request_error"),
        "param": None,
        "code": _CODES.get(failure.status, failure.code),
    }
    return {"error": told}


def annotations(citations: Sequence[CitationOut]) -> list[dict[str, Any]]:
    """Each mark with the page that shows its quote; marks whose source cannot be opened have none."""
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "url": citation.url,
                "title": f"{citation.title}, {citation.where}" if citation.where else citation.title,
                "start_index": citation.mark_start,
                "end_index": citation.mark_end,
            },
        }
        for citation in citations
        if citation.url
    ]


def told(citations: Sequence[CitationOut]) -> list[dict[str, Any]]:
    return [citation.model_dump(mode="json") for citation in citations]
