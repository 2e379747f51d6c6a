"""A map's points in the units of its picture, and names for those beside which there is room; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from documents.language import HANGUL
from search.projection import apart

WIDTH, HEIGHT, MARGIN = 960, 600, 36
# Points are at least this far from each other, as a share of the picture.
LEAST_GAP = 0.014
RADIUS = 7
# Names are cut at this width; a syllable is nearly twice as wide as a letter.
NAME_WIDTH = 165
LETTER, SYLLABLE, LINE = 6.4, 12.2, 15
MOST_NAMES = 80

# One shape for each group, so that nobody has to tell colours apart; the last is for all that are left.
SHAPES = (
    "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
    "M-4.5-4.5h9v9h-9z",
    "M0-6L5.6 4.4h-11.2z",
    "M0-6.5L6.5 0L0 6.5L-6.5 0z",
    "M0 6L5.6-4.4h-11.2z",
    "M-2-6h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
    "M-3-5.2h6l3 5.2l-3 5.2h-6l-3-5.2z",
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a point lies, and its name, if there is room for it."""

    x: float
    y: float
    name: str = ""
    name_x: float = 0.0
    name_y: float = 0.0


type_Box = tuple[float, float, float, float]


def spots(points: np.ndarray, titles: Sequence[str], first: Sequence[int]) -> list[Spot]:
    """Lay out points of shape (n, 2) within 0..1; those in `first` are named before the others."""
    placed = apart(points, LEAST_GAP) * [WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN] + MARGIN
    dots = np.array([(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in placed]).reshape(-1, 4)
    found = [Spot(round(float(x), 1), round(float(y), 1)) for x, y in placed]
    taken: list[type_Box] = []
    for place in [*first, *(place for place in range(len(found)) if place not in set(first))]:
        if len(taken) == MOST_NAMES:
            break
        name = shortened(titles[place])
        box = _room(found[place], width_of(name), dots, np.array(taken).reshape(-1, 4), place)
        if box is not None:
            taken.append(box)
            spot = found[place]
            found[place] = Spot(spot.x, spot.y, name, round(box[0], 1), round(box[3] - 4, 1))
    return found


def width_of(text: str) -> float:
    syllables = len(HANGUL.findall(text))
    return syllables * SYLLABLE + (len(text) - syllables) * LETTER


def shortened(title: str) -> str:
    if width_of(title) <= NAME_WIDTH:
        return title
    end = len(title)
    while width_of(title[:end]) > NAME_WIDTH - 2 * LETTER:
        end -= 1
    return title[:end].rstrip() + "…"


def _room(spot: Spot, width: float, dots: np.ndarray, taken: np.ndarray, own: int) -> type_Box | None:
    """Right of the point, left, below or above, where the name meets no other name and no other point."""
    others = np.delete(dots, own, axis=0)
    for box in _around(spot, width):
        inside = box[0] >= 2 and box[1] >= 2 and box[2] <= WIDTH - 2 and box[3] <= HEIGHT - 2
        if inside and not _meets(box, taken) and not _meets(box, others):
            return box
    return None


def _around(spot: Spot, width: float) -> list[type_Box]:
    half, gap = LINE / 2, RADIUS + 3
    return [
        (spot.x + gap, spot.y - half, spot.x + gap + width, spot.y + half),
        (spot.x - gap - width, spot.y - half, spot.x - gap, spot.y + half),
        (spot.x - width / 2, spot.y + gap, spot.x + width / 2, spot.y + gap + LINE),
        (spot.x - width / 2, spot.y - gap - LINE, spot.x + width / 2, spot.y - gap),
    ]


def _meets(box: type_Box, others: np.ndarray) -> bool:
    apart_ = (others[:, 0] >= box[2]) | (others[:, 2] <= box[0]) | (others[:, 1] >= box[3]) | (others[:, 3] <= box[1])
    return not bool(apart_.all())
