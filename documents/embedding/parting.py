"""Texts that are longer than a model takes are embedded in even parts, and get the mean direction of these; pure."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np

from documents.embedding.vectors import checked

if TYPE_CHECKING:
    from documents.embedding.vectors import type_Vectors


class Counter(Protocol):
    def token_starts(self, text: str) -> Sequence[int]: ...


def parts_of(text: str, starts: Sequence[int], limit: int) -> list[str]:
    """The text in as many even parts as it takes for none to have more than `limit` tokens."""
    if len(starts) <= limit:
        return [text]
    count = math.ceil(len(starts) / limit)
    bounds = [starts[len(starts) * i // count] for i in range(1, count)]
    return [part for low, high in pairwise([0, *bounds, len(text)]) if (part := text[low:high])]


def mean_vectors(
    parts: Sequence[Sequence[str]], embed: Callable[[list[str]], "type_Vectors"], dimensions: int
) -> "type_Vectors":
    """One vector of length one for each list of parts, of shape (lists, dimensions)."""
    vectors = embed([part for text_parts in parts for part in text_parts])
    means = np.zeros((len(parts), dimensions), dtype=np.float32)
    np.add.at(means, [i for i, text_parts in enumerate(parts) for _part in text_parts], vectors)
    return checked(means, len(parts), dimensions)


def prefixed_parts(counter: Counter, texts: Sequence[str], prefix: str, limit: int) -> list[list[str]]:
    """The parts of each text, every one behind the prefix that the model was trained with, within so many tokens."""
    room = max(limit - len(counter.token_starts(prefix)), 1)
    return [[prefix + part for part in parts_of(text, counter.token_starts(text), room)] for text in texts]
