"""What happens while an answer is written, in the order in which a reader learns of it."""

from dataclasses import dataclass
from enum import StrEnum

from chat.answering import Cited
from chat.failures import FailureCode
from chat.passages import Passage


class Step(StrEnum):
    SEARCHING = "searching"
    READING = "reading"
    # Somebody else, perhaps the same person in another window, is having this answer written.
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Status:
    step: Step
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Sources:
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Token:
    text: str


@dataclass(frozen=True, slots=True)
class CitationsReady:
    citations: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The answer is saved as it is shown now."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What came is saved; `code` says why it is not all."""

    code: FailureCode


Event = Status | Sources | Token | CitationsReady | Done | Failed
