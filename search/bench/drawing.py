"""Quality against what it costs, as points with their intervals in the units of a picture; pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from search.map_drawing import SHAPES

WIDTH, HEIGHT = 480, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 12, 34
# Colours that marks have in turn; their shapes tell them apart without any.
TONES = 6
# Quality is drawn over at least this range, or small differences would look large.
LEAST_RANGE = 0.1


@dataclass(frozen=True, slots=True)
class Point:
    """`low` and `high` are the ends of the interval, in quality; `cost` is drawn on a logarithmic scale."""

    name: str
    cost: float
    quality: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Mark:
    point: Point
    number: int
    shape: str
    x: float
    y: float
    top: float
    bottom: float

    @property
    def tone(self) -> int:
        return self.number % TONES


@dataclass(frozen=True, slots=True)
class Tick:
    label: str
    place: float


@dataclass(frozen=True, slots=True)
class Plot:
    title: str
    axis: str
    marks: tuple[Mark, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]

    width, height = WIDTH, HEIGHT
    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM


def plot(title: str, axis: str, points: Sequence[Point]) -> Plot | None:
    """None without two points that cost something."""
    drawn = [(number, one) for number, one in enumerate(points) if one.cost > 0]
    if len(drawn) < 2:
        return None
    up = _Scale.of_quality([end for _number, one in drawn for end in (one.low, one.high)])
    across = _Scale.of_costs([one.cost for _number, one in drawn])
    return Plot(
        title,
        axis,
        tuple(_mark(number, one, across, up) for number, one in drawn),
        tuple(Tick(f"{value:g}", across.place(value)) for value in across.ticks()),
        tuple(Tick(f"{value:.2f}", up.place(value)) for value in up.ticks()),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    begin: float
    end: float
    is_log: bool

    @classmethod
    def of_quality(cls, values: Sequence[float]) -> "_Scale":
        low, high = min(values), max(values)
        spare = max(LEAST_RANGE - (high - low), 0.0) / 2 + 0.01
        high = min(high + spare, 1.0)
        return cls(max(min(low - spare, high - LEAST_RANGE), 0.0), high, HEIGHT - BOTTOM, TOP, is_log=False)

    @classmethod
    def of_costs(cls, values: Sequence[float]) -> "_Scale":
        return cls(min(values) / 1.3, max(values) * 1.3, LEFT, WIDTH - RIGHT, is_log=True)

    def place(self, value: float) -> float:
        of = math.log if self.is_log else float
        share = (of(value) - of(self.low)) / (of(self.high) - of(self.low))
        return round(self.begin + share * (self.end - self.begin), 1)

    def ticks(self) -> list[float]:
        """Round numbers within."""
        if self.is_log:
            whole = range(math.floor(math.log10(self.low)) - 1, math.ceil(math.log10(self.high)) + 1)
            found = [step * 10.0**power for power in whole for step in (1, 1.5, 2, 3, 5, 7)]
            return [value for value in found if self.low <= value <= self.high]
        step = next(step for step in (0.02, 0.05, 0.1, 0.2) if (self.high - self.low) / step <= 6)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(number * step, 2) for number in range(first, last + 1)]


def _mark(number: int, point: Point, across: _Scale, up: _Scale) -> Mark:
    return Mark(
        point=point,
        number=number,
        shape=SHAPES[number % len(SHAPES)],
        x=across.place(point.cost),
        y=up.place(point.quality),
        top=up.place(point.high),
        bottom=up.place(point.low),
    )
