"""What a sentence states that can be compared exactly: days, times, numbers with units; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from chat.support.days import Calendar, Day, calendar
from chat.support.quantities import Quantity, quantities

S = TypeVar("S", bound="Stated")


class Stated(Protocol):
    def agrees_with(self: S, other: S) -> bool: ...


@dataclass(frozen=True, slots=True)
class Facts:
    quantities: tuple[Quantity, ...]
    days: tuple[Day, ...]

    def __len__(self) -> int:
        return len(self.quantities) + len(self.days)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many facts of a claim a source does not have, and whether it has another one in the place of one of them."""

    missing: int
    differs: bool


def facts(text: str) -> Facts:
    """Read the facts of a text in lower case."""
    read: Calendar = calendar(text)
    return Facts((*read.clocks, *quantities(read.rest)), tuple(read.days))


def agreement(claim: Facts, source: Facts) -> Agreement:
    amounts = _unmatched(claim.quantities, source.quantities)
    amounts = [amount for amount in amounts if not _is_year_of(amount, source.days)]
    days = [day for day in _unmatched(claim.days, source.days) if not _is_bare_year(day, source.quantities)]
    # What the claim has as well cannot stand in the place of something else.
    others = _unmatched(source.quantities, claim.quantities)
    other_days = _unmatched(source.days, claim.days)
    differs = any(_is_rival(amount, other) for amount in amounts for other in others)
    differs = differs or any(day.contradicts(other) for day in days for other in other_days)
    return Agreement(len(amounts) + len(days), differs)


def _unmatched(own: Sequence[S], others: Sequence[S]) -> list[S]:
    return [fact for fact in own if not any(fact.agrees_with(other) for other in others)]


def _is_rival(amount: Quantity, other: Quantity) -> bool:
    """Two numbers of the same known kind; bare ones may count anything."""
    return bool(amount.kind) and amount.kind == other.kind


def _is_year_of(amount: Quantity, days: Sequence[Day]) -> bool:
    return not amount.kind and any(day.year == amount.plain for day in days)


def _is_bare_year(day: Day, amounts: Sequence[Quantity]) -> bool:
    is_year = day.year and not day.month
    return bool(is_year) and any(not amount.kind and amount.plain == day.year for amount in amounts)
