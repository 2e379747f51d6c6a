"""What it means when the server of a language model refuses a request; pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from chat.failures import FailureCode
from documents.retry_after import wait_s

_CODES = {
    401: FailureCode.KEY_REFUSED,
    402: FailureCode.NO_CREDIT,
    403: FailureCode.KEY_REFUSED,
    404: FailureCode.UNKNOWN_MODEL,
    405: FailureCode.NOT_A_MODEL,
    413: FailureCode.TOO_LONG,
    429: FailureCode.BUSY,
}


def code_of(status: int, words: str) -> FailureCode:
    """What a refusal with this status and text means."""
    said = words.lower()
    if status == 429 and "insufficient_quota" in said:
        return FailureCode.NO_CREDIT
    if status == 400 and ("context_length" in said or "context length" in said or "maximum context" in said):
        return FailureCode.TOO_LONG
    if status in _CODES:
        return _CODES[status]
    if status >= 500:
        return FailureCode.MODEL_FAULT
    # Led elsewhere, as by a page to sign in.
    return FailureCode.NOT_A_MODEL if status < 400 else FailureCode.BAD_REQUEST


def retry_at(headers: Mapping[str, str]) -> datetime | None:
    seconds = wait_s(headers)
    return datetime.now(UTC) + timedelta(seconds=seconds) if seconds else None
