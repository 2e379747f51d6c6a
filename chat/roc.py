"""How well a figure tells one kind from another: the area under the ROC curve; pure."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter


def area(positive: Sequence[float], negative: Sequence[float], *, if_empty: float) -> float:
    """The chance that a positive scores above a negative, 0 to 1, ties counting half; `if_empty` without any of a kind.

    The share of pairs in the right order, as Mann and Whitney (1947) count them.
    """
    if not positive or not negative:
        return if_empty
    ranked = sorted([(score, True) for score in positive] + [(score, False) for score in negative])
    below = beaten = 0.0
    for _score, group in groupby(ranked, itemgetter(0)):
        kinds = [kind for _same, kind in group]
        wins, losses = kinds.count(True), kinds.count(False)
        beaten += wins * (below + losses / 2)
        below += losses
    return beaten / (len(positive) * len(negative))
