"""The bars of questions by day and the squares of busy hours, in the units of their pictures; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chat.review.quality_drawing import GAP, HEIGHT, SLOT, Part, stacked
from portal.dashboard.asked import HOURS, WEEKDAYS, Outcome, Period

# Shades beside the empty one.
SHADES = 4


@dataclass(frozen=True, slots=True)
class Bar:
    period: Period
    x: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """`busiest` is the number of questions that fills the height."""

    bars: tuple[Bar, ...]
    width: int
    busiest: int

    bar_width = SLOT - GAP
    height = HEIGHT


@dataclass(frozen=True, slots=True)
class Square:
    """`shade` is 0 where nobody asked, and else from 1 to SHADES."""

    hour: int
    count: int
    shade: int


@dataclass(frozen=True, slots=True)
class Row:
    weekday: int
    squares: tuple[Square, ...]


def bars(periods: Sequence[Period]) -> Bars:
    busiest = max((period.total for period in periods), default=0)
    drawn = tuple(
        Bar(period, place * SLOT, stacked({outcome: period.counts.get(outcome, 0) for outcome in Outcome}, busiest))
        for place, period in enumerate(periods)
    )
    return Bars(drawn, max(len(periods) * SLOT - GAP, 0), busiest)


def week(hours: Mapping[tuple[int, int], int]) -> tuple[Row, ...]:
    busiest = max(hours.values(), default=0)
    return tuple(
        Row(weekday, tuple(_square(hour, hours.get((weekday, hour), 0), busiest) for hour in HOURS))
        for weekday in WEEKDAYS
    )


def _square(hour: int, count: int, busiest: int) -> Square:
    # Rounded up: a single question is seen.
    return Square(hour, count, -(-SHADES * count // busiest) if busiest else 0)
