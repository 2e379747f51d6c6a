"""Groups of like documents, and how many there are; pure.

k-means with careful seeding: Arthur and Vassilvitskii (2007). The number of groups is the one with the best silhouette:
Rousseeuw (1987).
"""

import numpy as np

MOST = 6
# Fewer documents than this are one group.
FEWEST = 6
ROUNDS = 25
TRIES = 4
# A silhouette below this says that there are no groups.
LEAST_SILHOUETTE = 0.05


def clusters(features: np.ndarray) -> np.ndarray:
    """The number of each document's group, from 0, the largest group first. `features` have rows of length 1."""
    count = len(features)
    single = np.zeros(count, dtype=int)
    if count < FEWEST:
        return single
    distances = 1 - features @ features.T
    found = [_best_of(features, k) for k in range(2, min(MOST, count // 3) + 1)]
    best = max(found, key=lambda labels: _silhouette(distances, labels))
    return _largest_first(best) if _silhouette(distances, best) >= LEAST_SILHOUETTE else single


def _best_of(features: np.ndarray, k: int) -> np.ndarray:
    tries = [_k_means(features, k, np.random.default_rng(seed)) for seed in range(TRIES)]
    return max(tries, key=lambda found: found[1])[0]


def _k_means(features: np.ndarray, k: int, dice: np.random.Generator) -> tuple[np.ndarray, float]:
    """Labels, and how near all rows are to the middles of their groups."""
    middles = _seeds(features, k, dice)
    labels = np.zeros(len(features), dtype=int)
    for _round in range(ROUNDS):
        nearness = features @ middles.T
        labels = nearness.argmax(axis=1)
        sums = np.stack([features[labels == label].sum(axis=0) for label in range(k)])
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        middles = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), middles)
    return labels, float(nearness.max(axis=1).sum())


def _seeds(features: np.ndarray, k: int, dice: np.random.Generator) -> np.ndarray:
    chosen = [int(dice.integers(len(features)))]
    for _further in range(k - 1):
        far = np.clip(1 - (features @ features[chosen].T).max(axis=1), 1e-9, None)
        chosen.append(int(dice.choice(len(features), p=far / far.sum())))
    return features[chosen]


def _silhouette(distances: np.ndarray, labels: np.ndarray) -> float:
    numbers = np.unique(labels)
    if len(numbers) < 2:
        return -1.0
    members = np.stack([labels == number for number in numbers], axis=1).astype(float)
    sums, sizes = distances @ members, members.sum(axis=0)
    own = members.argmax(axis=1)
    rows = np.arange(len(labels))
    within = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    means = np.where(members > 0, np.inf, sums / sizes)
    beside = means.min(axis=1)
    scores = (beside - within) / np.maximum(np.maximum(beside, within), 1e-9)
    return float(np.where(sizes[own] > 1, scores, 0.0).mean())


def _largest_first(labels: np.ndarray) -> np.ndarray:
    numbers, counts = np.unique(labels, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    ranks = np.empty(len(numbers), dtype=int)
    ranks[order] = np.arange(len(numbers))
    return ranks[np.searchsorted(numbers, labels)]
