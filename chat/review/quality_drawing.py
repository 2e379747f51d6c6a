"""The bars of quality over time, in the units of their picture; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chat.review.quality import Kind, Shares

SLOT, GAP, HEIGHT = 24, 6, 120


@dataclass(frozen=True, slots=True)
class Part:
    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One period: shares stand on each other and fill the height; nothing where nothing was answered."""

    shares: Shares
    x: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    bars: tuple[Bar, ...]
    width: int

    bar_width = SLOT - GAP
    height = HEIGHT


def drawing(periods: Sequence[Shares]) -> Drawing:
    bars = tuple(
        Bar(shares, place * SLOT, stacked({kind: shares.counts.get(kind, 0) for kind in Kind}, shares.total))
        for place, shares in enumerate(periods)
    )
    return Drawing(bars, len(periods) * SLOT - GAP)


def stacked(counts: Mapping[str, int], whole: int) -> tuple[Part, ...]:
    """Parts that stand on each other in the order of the counts; `whole` would fill the height."""
    parts, top = [], float(HEIGHT)
    for kind, count in counts.items():
        height = HEIGHT * count / whole if whole else 0.0
        if height:
            top -= height
            parts.append(Part(kind, round(top, 2), round(height, 2)))
    return tuple(parts)
