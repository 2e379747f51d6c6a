"""What happens while an answer is written, in the order in which a reader learns of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chat.answering import Cited
from chat.failures import FailureCode


class Step(StrEnum):
    SEARCHING = "searching"
    READING = "reading"
    # All words have come; where they stand in the passages is looked up and stored.
    CHECKING = "checking"
    # Another process writes this answer.
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Status:
    step: Step
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the passages lie that the answer is written from, as it is stored."""

    passages: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Token:
    text: str


@dataclass(frozen=True, slots=True)
class CitationsReady:
    citations: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing has happened for a while, but somebody is still at it."""


@dataclass(frozen=True, slots=True)
class Done:
    """The answer is saved as it is shown now."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What came is saved; `code` says why it is not all."""

    code: FailureCode


Event = Status | Sources | Token | Silence | CitationsReady | Done | Failed
