"""Documents as points of a plane on which neighbours stand together; pure.

The plane begins with the two widest directions (PCA) and is then pulled and pushed along the graph of nearest
neighbours, after McInnes, Healy and Melville, "UMAP" (2018), with its curve 1 / (1 + d²).
"""

from collections.abc import Callable, Iterator
from itertools import count

import numpy as np

# Buckets that terms are hashed into, and dimensions that are kept of them.
BUCKETS = 2048
KEPT = 64
# A term that most documents have tells nothing about any of them.
COMMON = 0.5
NEIGHBOURS = 8
EPOCHS = 150
PUSHES = 4
PULL_LIMIT = 4.0
# From so many documents on, one can be far from the others: its neighbours are this many usual deviations farther.
FEWEST = 8
FAR = 3.0
SEED = 7


def term_features(rows: np.ndarray, keys: np.ndarray, values: np.ndarray, documents: int) -> np.ndarray:
    """Truncated SVD of tf-idf, of shape (documents, k): values[i] is a weight of the term keys[i] in rows[i]."""
    pairs, whose = np.unique(np.stack([rows, keys]), axis=1, return_inverse=True)
    weights = np.bincount(whose.ravel(), weights=values, minlength=pairs.shape[1])
    _terms, term, df = np.unique(pairs[1], return_inverse=True, return_counts=True)
    telling = (df[term] >= 2) & (df[term] <= max(COMMON * documents, 2))
    row, key = pairs[:, telling]
    signs = np.where((key // BUCKETS) % 2, 1.0, -1.0)
    weights = weights[telling] * np.log1p(documents / df[term][telling]) * signs
    hashed = np.bincount(row * BUCKETS + key % BUCKETS, weights=weights, minlength=documents * BUCKETS)
    return _truncated(_of_length_one(hashed.reshape(documents, BUCKETS)), KEPT)


def joint(vectors: np.ndarray, terms: np.ndarray, share: float) -> np.ndarray:
    """Both kinds of features side by side, `share` of them owed to the vectors, in fewer dimensions and of length 1."""
    both = np.hstack([np.sqrt(share) * _of_length_one(vectors), np.sqrt(1 - share) * _of_length_one(terms)])
    return _of_length_one(_truncated(both - both.mean(axis=0), KEPT) if len(both) > 2 else both)


def positions(features: np.ndarray) -> np.ndarray:
    """Points of shape (n, 2) within 0..1, neighbours together."""
    if len(features) < 3:
        return np.linspace([0.3, 0.5], [0.7, 0.5], len(features)) if len(features) == 2 else np.full((1, 2), 0.5)
    points = _pulled(principal(features, 2), features)
    return _in_box(principal(points, 2))


def principal(features: np.ndarray, dimensions: int) -> np.ndarray:
    """The widest directions, with signs chosen so that the same input gives the same picture."""
    centred = features - features.mean(axis=0)
    left, sizes, right = np.linalg.svd(centred, full_matrices=False)
    signs = np.sign(right[np.arange(len(right)), np.abs(right).argmax(axis=1)])
    found = (left * sizes * signs)[:, :dimensions]
    return np.pad(found, ((0, 0), (0, dimensions - found.shape[1])))


def outlying(features: np.ndarray) -> np.ndarray:
    """Whether each document is far from everything: its nearest neighbours are much farther than is usual here."""
    if len(features) < FEWEST:
        return np.zeros(len(features), dtype=bool)
    likeness, _neighbours = _nearest(features, 3)
    distance = 1 - likeness.mean(axis=1)
    median = np.median(distance)
    usual = max(float(np.median(np.abs(distance - median))), 0.02)
    return np.asarray(distance > median + FAR * 1.4826 * usual)


def nearest(features: np.ndarray) -> np.ndarray:
    """The row of each document's nearest other; there must be two."""
    _likeness, places = _nearest(features, 1)
    return np.asarray(places[:, 0])


def apart(points: np.ndarray, least: float) -> np.ndarray:
    """Points of which no two share a cell of this size: who comes later moves to the nearest free one, round about."""
    taken: set[tuple[int, int]] = set()
    moved = points.copy()
    for i, point in enumerate(points):
        cell = (int(point[0] // least), int(point[1] // least))
        free = next(near for near in _round_about(cell) if near not in taken)
        taken.add(free)
        if free != cell:
            moved[i] = (np.array(free) + 0.5) * least
    return moved


def _round_about(cell: tuple[int, int]) -> Iterator[tuple[int, int]]:
    for ring in count():
        around = range(-ring, ring + 1)
        cells = [(x, y) for x in around for y in around if max(abs(x), abs(y)) == ring]
        for x, y in sorted(cells, key=lambda step: (step[0] ** 2 + step[1] ** 2, step)):
            yield cell[0] + x, cell[1] + y


def _pulled(start: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Neighbours attract each other, others that are drawn by lot repel; ever more gently."""
    dice = np.random.default_rng(SEED)
    points = 10 * start / max(float(np.abs(start).max()), 1e-9) + dice.normal(scale=1e-3, size=start.shape)
    one, other, strength = _edges(features)
    pushed = np.repeat(np.arange(len(points)), PUSHES)
    weak = np.full(len(pushed), 0.3)
    for epoch in range(EPOCHS):
        pushing = dice.integers(len(points), size=len(pushed))
        force = _summed(one, other, strength, points, lambda d2: -2 / (1 + d2))
        force += _summed(pushed, pushing, weak, points, lambda d2: 2 / ((0.05 + d2) * (1 + d2)))
        points = points + (1 - epoch / EPOCHS) * 0.25 * force
    return points


def _summed(
    one: np.ndarray,
    other: np.ndarray,
    strength: np.ndarray,
    points: np.ndarray,
    law: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """The force on each of `one`, by its distance from `other`."""
    gap = points[one] - points[other]
    pull = np.clip(law((gap**2).sum(axis=1))[:, None] * gap, -PULL_LIMIT, PULL_LIMIT) * strength[:, None]
    return np.stack([np.bincount(one, weights=pull[:, axis], minlength=len(points)) for axis in (0, 1)], axis=1)


def _edges(features: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both directions of each neighbourhood; the nearest pulls with 1, others the less the farther they are."""
    likeness, neighbours = _nearest(features, NEIGHBOURS)
    behind = likeness[:, :1] - likeness
    scale = np.maximum(behind.mean(axis=1, keepdims=True), 1e-6)
    strength = np.exp(-behind / scale).ravel()
    one = np.repeat(np.arange(len(features)), neighbours.shape[1])
    other = neighbours.ravel()
    return np.concatenate([one, other]), np.concatenate([other, one]), np.concatenate([strength, strength])


def _nearest(features: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Cosine and place of each row's nearest others, nearest first."""
    likeness = features @ features.T
    np.fill_diagonal(likeness, -np.inf)
    places = np.argsort(-likeness, axis=1, kind="stable")[:, : min(most, len(features) - 1)]
    return np.take_along_axis(likeness, places, axis=1), places


def _in_box(points: np.ndarray) -> np.ndarray:
    """Within 0..1, half way to an even spread: else a few groups far off leave the rest no room."""
    low, high = points.min(axis=0), points.max(axis=0)
    scaled = (points - low) / np.maximum(high - low, 1e-9)
    ranks = points.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") / (len(points) - 1)
    return np.asarray((scaled + ranks) / 2)


def _of_length_one(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0))


def _truncated(matrix: np.ndarray, kept: int) -> np.ndarray:
    """The largest left singular vectors times their values, by a random sketch: Halko, Martinsson and Tropp (2011)."""
    kept = min(kept, *matrix.shape)
    sketch = matrix @ np.random.default_rng(SEED).normal(size=(matrix.shape[1], min(kept + 10, matrix.shape[1])))
    basis, _ = np.linalg.qr(matrix @ (matrix.T @ sketch))
    left, sizes, _ = np.linalg.svd(basis.T @ matrix, full_matrices=False)
    return np.asarray((basis @ left * sizes)[:, :kept])
