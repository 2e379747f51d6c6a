"""What the explaining page draws, in the units of its pictures: windows over a text, a vector, nearness; pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Windows of one document that are drawn, and rows that they are spread over so that an overlap is seen.
MOST_WINDOWS = 12
ROWS = 2
WIDTH, ROW_HEIGHT, BAR_HEIGHT = 640, 26, 18
CELL = 10
# Half of the picture of nearness, and how far from its middle the farthest sentence lies.
HALF, REACH = 150, 128
# Sentences are spread over the circle so that none covers another.
_TURN = math.radians(137.5)


@dataclass(frozen=True, slots=True)
class Bar:
    number: int
    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class WindowsDrawing:
    bars: tuple[Bar, ...]

    width = WIDTH
    height = ROWS * ROW_HEIGHT
    bar_height = BAR_HEIGHT


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a vector: how strong it is, 0 to 1, and on which side of zero."""

    x: int
    strength: float
    is_negative: bool


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence around the one in the middle; the farther away, the less they have to do with each other."""

    number: int
    x: float
    y: float
    is_far: bool


def windows_drawing(spans: Sequence[tuple[int, int]]) -> WindowsDrawing:
    """The first windows of a document, (start, end) each, in turn on two rows."""
    first = list(spans)[:MOST_WINDOWS]
    if not first:
        return WindowsDrawing(())
    begin, end = first[0][0], max(high for _low, high in first)
    scale = WIDTH / max(end - begin, 1)
    return WindowsDrawing(
        tuple(
            Bar(at + 1, round((low - begin) * scale, 1), at % ROWS * ROW_HEIGHT, round((high - low) * scale, 1))
            for at, (low, high) in enumerate(first)
        )
    )


def cells(numbers: Sequence[float]) -> list[Cell]:
    strongest = max((abs(number) for number in numbers), default=0.0) or 1.0
    return [Cell(at * CELL, round(abs(number) / strongest, 2), number < 0) for at, number in enumerate(numbers)]


def around(cosines: Sequence[float], near: int) -> list[Point]:
    """Points around the middle, as far from it as 1 - cosine; the first `near` are the near ones."""
    return [
        Point(at + 1, *_placed(at, REACH * min(max(1 - cosine, 0.12), 1.0)), is_far=at >= near)
        for at, cosine in enumerate(cosines)
    ]


def _placed(at: int, radius: float) -> tuple[float, float]:
    angle = at * _TURN - math.pi / 2
    return round(HALF + radius * math.cos(angle), 1), round(HALF + radius * math.sin(angle), 1)
