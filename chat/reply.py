"""What a language model sends, event by event: text, why it ended, and what it counted. Pure.

A reply that is not what the protocol says is told apart by its code. Half of a character is mended, and what controls
terminals instead of being read is left out.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jiter import from_json

from chat.failures import AnswerFailure, FailureCode

# Servers name the same ends differently.
_ENDS = {
    "stop": None,
    "eos": None,
    "eos_token": None,
    "end_turn": None,
    "stop_sequence": None,
    "length": FailureCode.TRUNCATED,
    "max_tokens": FailureCode.TRUNCATED,
    "model_length": FailureCode.TRUNCATED,
    "content_filter": FailureCode.FILTERED,
    "safety": FailureCode.FILTERED,
}
LONGEST_LINE = 1 << 20
MILLION = 1_000_000
# No reply has more; a database would not take any number.
MOST_TOKENS = 10 * MILLION
# Bad JSON, JSON of another shape, or text in another encoding.
_UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_FIRST_HALF = re.compile("[\ud800-\udbff]$")
# All but tabs and ends of lines: a terminal would obey them, and a database takes no zero byte.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(slots=True)
class Usage:
    """Tokens of one or several requests. What a server does not count is estimated."""

    input_tokens: int = 0
    output_tokens: int = 0
    is_estimated: bool = False

    def add(self, input_tokens: int, output_tokens: int, *, is_estimated: bool) -> None:
        self.input_tokens += input_tokens
        self.output_tokens += output_tokens
        self.is_estimated |= is_estimated

    def plus(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.is_estimated or other.is_estimated,
        )

    def cost(self, input_price: float, output_price: float) -> Decimal | None:
        """In the currency of the prices of a million tokens; unknown without a price."""
        if not (input_price or output_price):
            return None
        cost = self.input_tokens * input_price + self.output_tokens * output_price
        return Decimal(cost / MILLION).quantize(Decimal("0.000001"))


class Reply:
    """Takes in what arrives and gives out text, also that before a fault."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._half = ""
        self._has_events = self._has_text = False
        self._fault: AnswerFailure | None = None
        self.ending: str | None = None
        self.is_done = False
        # As the server counted: input, output.
        self.counted: tuple[int, int] | None = None

    def taken(self, received: bytes) -> str:
        """Return the text in what has arrived; it may be empty."""
        text = self._half + "".join(self._texts(self._rest + received))
        if len(self._rest) > LONGEST_LINE:
            self._break_off(AnswerFailure(FailureCode.BROKEN_REPLY, "a line without an end"))
        self._half = ""
        if held := _FIRST_HALF.search(text):
            text, self._half = text[: held.start()], held[0]
        text = _storable(text)
        self._has_text |= bool(text)
        return text

    def check_end(self) -> None:
        """Raise AnswerFailure if this was not the end of a whole reply."""
        if self._fault:
            raise self._fault
        if not self._has_events:
            raise AnswerFailure(FailureCode.NOT_A_MODEL, "no event in the reply")
        code = _ENDS.get(self.ending.lower(), FailureCode.CUT) if self.ending else FailureCode.CUT
        if code:
            raise AnswerFailure(code, f"finish reason {self.ending}")
        if not self._has_text:
            raise AnswerFailure(FailureCode.EMPTY)

    def _texts(self, received: bytes) -> Iterator[str]:
        block, _end, rest = received.rpartition(b"\n\n")
        events = [] if self._data else _read_together(block)
        if events:
            self._rest = rest
            yield from map(self._text, events)
        else:
            *lines, self._rest = received.split(b"\n")
            yield from map(self._text_in, self._events(lines))

    def _events(self, lines: list[bytes]) -> Iterator[bytes]:
        for line in lines:
            field = line.rstrip(b"\r")
            if field.startswith(b"data:"):
                self._data.append(field[5:].strip())
            elif not field and self._data:
                yield b"\n".join(self._data)
                self._data.clear()

    def _text_in(self, data: bytes) -> str:
        if self.is_done or data == b"[DONE]":
            self.is_done = True
            return ""
        try:
            event = _read(data)
        except _UNREADABLE as error:
            self._break_off(AnswerFailure(FailureCode.BROKEN_REPLY, repr(error)))
            return ""
        return self._text(event)

    def _text(self, event: Any) -> str:
        if self.is_done:
            return ""
        try:
            return self._text_of(event)
        except AnswerFailure as failure:
            self._break_off(failure)
        except _UNREADABLE as error:
            self._break_off(AnswerFailure(FailureCode.BROKEN_REPLY, repr(error)))
        return ""

    def _break_off(self, fault: AnswerFailure) -> None:
        self._fault, self.is_done = fault, True

    def _text_of(self, event: dict[str, Any]) -> str:
        if error := event.get("error"):
            raise AnswerFailure(_code_of(error), str(error)[:300])
        self._has_events = True
        usage = event.get("usage")
        if usage:
            self.counted = _counted(usage) or self.counted
        self.is_done = self.ending is not None and self.counted is not None
        for choice in event["choices"][:1] if not usage else event.get("choices") or ():
            self.ending = choice.get("finish_reason") or self.ending
            text = (choice.get("delta") or {}).get("content") or ""
            if not isinstance(text, str):
                raise TypeError("text is not text")
            return text
        return ""


def _read_together(block: bytes) -> list[Any]:
    """The events of a block that has one line for each, in one reading; nothing for any other block.

    Many tokens arrive at once, and each of them by itself takes three times as long.
    """
    if not block.startswith(b"data:"):
        return []
    try:
        events: list[Any] = from_json(b"[%b]" % block[5:].replace(b"\n\ndata:", b","))
    except ValueError:
        return []
    return events if len(events) == block.count(b"\n\ndata:") + 1 else []


def _read(data: bytes) -> Any:
    """The quick reader takes neither halves of characters nor every number; what it refuses is read as ever."""
    try:
        return from_json(data)
    except ValueError:
        return json.loads(data.decode())


def _counted(usage: object) -> tuple[int, int] | None:
    """Input and output tokens; a server that counts in another way does not count."""
    if not isinstance(usage, dict):
        return None
    read, written = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if not (isinstance(read, int) and isinstance(written, int)):
        return None
    return (read, written) if 0 <= min(read, written) <= max(read, written) <= MOST_TOKENS else None


def _code_of(error: object) -> FailureCode:
    words = str(error).lower()
    return FailureCode.BUSY if "rate_limit" in words or "429" in words else FailureCode.MODEL_FAULT


def _storable(text: str) -> str:
    if _HALF_CHARACTER.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROLS.sub("", text)
