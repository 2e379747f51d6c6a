"""What an embeddings endpoint says, read with distrust: vectors in the order of the texts, or a named failure; pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from documents import retry_after
from documents.embedding.vectors import checked
from documents.failure_codes import FailureCode, IndexingFailure

if TYPE_CHECKING:
    from documents.embedding.vectors import type_Vectors

# Of what a server says, kept for the log.
LONGEST_DETAIL = 300
_GONE = (404, 410)
_NO_CREDIT = "insufficient_quota"
# How servers say that a text, or all texts of a request together, are too long.
_TOO_LONG_WORDS = (
    "context length", "context_length", "maximum context", "too long", "too large", "too many", "max_tokens",
    "maximum number of tokens", "must have less than", "batch size", "input length", "token limit", "max 96",
)  # fmt: skip


class TooMuch(Exception):
    """The endpoint takes fewer or shorter texts in one request."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Vectors of shape (n, dimensions), each of length one; the tokens that were counted, None if none were."""

    vectors: "type_Vectors"
    tokens: int | None


def read(body: bytes, count: int, dimensions: int) -> Reply:
    """Raises IndexingFailure: MODEL_UNREACHABLE if no endpoint speaks like this, MODEL_ERROR if it made a mistake."""
    payload = _payload(body)
    try:
        rows = _in_order(payload["data"])
        vectors = np.asarray([row["embedding"] for row in rows], dtype=np.float32)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise IndexingFailure(FailureCode.MODEL_ERROR, f"reply not as agreed: {error!r}") from error
    return Reply(checked(vectors, count, dimensions), _tokens(payload.get("usage")))


def _payload(body: bytes) -> Mapping[str, "object"]:
    try:
        payload = json.loads(body)
    except ValueError as error:
        said = body[:LONGEST_DETAIL].decode(errors="replace")
        raise IndexingFailure(FailureCode.MODEL_UNREACHABLE, f"no JSON but {said!r}") from error
    if not isinstance(payload, dict):
        raise IndexingFailure(FailureCode.MODEL_ERROR, f"reply is {type(payload).__name__}")
    return payload


def _in_order(rows: object) -> "Sequence[Mapping[str, object]]":
    """The rows by their index, each of which must be there once; as they come if the server numbers none."""
    if not isinstance(rows, list):
        raise TypeError("no list of vectors")
    numbers = [row.get("index") for row in rows]
    if all(number is None for number in numbers):
        return rows
    if sorted(numbers) != list(range(len(rows))):
        raise ValueError(f"indices {numbers}")
    return sorted(rows, key=lambda row: int(row["index"]))


def _tokens(usage: object) -> int | None:
    if not isinstance(usage, dict):
        return None
    counted = usage.get("total_tokens") or usage.get("prompt_tokens")
    return counted if isinstance(counted, int) and counted > 0 else None


def refusal(status: int, said: str, headers: Mapping[str, str]) -> Exception:
    """What a status other than success means: TooMuch, or the IndexingFailure to raise."""
    words, detail = said.lower(), f"status {status}: {said[:LONGEST_DETAIL]}"
    if status == 413 or (status in (400, 422) and any(word in words for word in _TOO_LONG_WORDS)):
        return TooMuch(detail)
    if status in _GONE:
        return IndexingFailure(FailureCode.MODEL_WITHDRAWN, detail)
    if (status == 429 and _NO_CREDIT not in words) or status >= 500:
        return IndexingFailure(FailureCode.MODEL_BUSY, detail, retry_after.wait_s(headers))
    # Also one that leads elsewhere, as to a page to sign in.
    return IndexingFailure(FailureCode.MODEL_REFUSED, detail)
