"""What the documents of a group speak of more than the others, in words as they are written in them."""

from collections.abc import Iterable, Mapping

import numpy as np

from documents.models import Chunk, Generation, Term
from documents.terms import dimension, idf
from search.function_words import share_of
from search.highlight import marks
from search.portraits import Heap

NAMED = 3
# Terms that are looked at for a name, and documents in the middle of the group that are asked how they are written.
TRIED = 60
MIDDLE = 4
# A word of fewer letters says nothing without the others around it.
SHORTEST = {True: 4, False: 2}


def group_names(
    generation: Generation, found: Heap, features: np.ndarray, groups: np.ndarray
) -> tuple[tuple[str, ...], ...]:
    """A few words for each group; none if there is but one."""
    count = int(groups.max(initial=0)) + 1
    if count < 2:
        return ((),)
    telling = [_telling(found, groups == group) for group in range(count)]
    known = _known(generation, {key for gains in telling for key in gains})
    middles = [_middle(found, features, groups == group) for group in range(count)]
    passages = _passages(generation, {key for keys in middles for key in keys})
    return tuple(
        _written(_best(gains, known), [passages[key] for key in middle if key in passages])
        for gains, middle in zip(telling, middles, strict=True)
    )


def _telling(found: Heap, inside: np.ndarray) -> dict[int, float]:
    """Dimensions that have more weight inside the group than outside, with how much that tells."""
    keys, place = np.unique(found.keys, return_inverse=True)
    entries = inside[found.rows]
    within, beside = (
        np.bincount(place[chosen], weights=found.values[chosen], minlength=len(keys)) / max(int(side.sum()), 1)
        for chosen, side in ((entries, inside), (~entries, ~inside))
    )
    gain = within * np.log((within + 0.1) / (beside + 0.1))
    return {int(keys[i]): float(gain[i]) for i in np.argsort(-gain, kind="stable")[:TRIED] if gain[i] > 0}


def _known(generation: Generation, keys: set[int]) -> dict[int, tuple[str, float]]:
    """Text and idf of words alone: bigrams are parts of them, and function words are everywhere."""
    rows = Term.objects.filter(generation=generation, id__in=keys).values_list("id", "text", "df")
    return {
        key: (text, idf(generation.chunk_count, df))
        for key, text, df in rows
        if key == dimension("words", text) and share_of(text) == 1
    }


def _best(gains: Mapping[int, float], known: Mapping[int, tuple[str, float]]) -> list[str]:
    """What is rare in the whole library names better."""
    ranked = sorted((-gain * known[key][1], known[key][0]) for key, gain in gains.items() if key in known)
    return [text for _gain, text in ranked]


def _middle(found: Heap, features: np.ndarray, inside: np.ndarray) -> list[int]:
    nearness = np.where(inside, features @ features[inside].mean(axis=0), -np.inf)
    order = np.argsort(-nearness, kind="stable")[: min(MIDDLE, int(inside.sum()))]
    return [found.document_ids[i] for i in order]


def _passages(generation: Generation, document_ids: set[int]) -> dict[int, str]:
    rows = Chunk.objects.filter(generation=generation, document__in=document_ids, ordinal=0)
    return dict(rows.values_list("document_id", "text"))


def _written(terms: Iterable[str], passages: list[str]) -> tuple[str, ...]:
    found = dict.fromkeys(word for term in terms if (word := _first(term, passages)) and _says_something(word))
    return tuple(found)[:NAMED]


def _first(term: str, passages: list[str]) -> str:
    for text in passages:
        for start, end in marks(text, [term]):
            return text[start:end]
    return ""


def _says_something(word: str) -> bool:
    return len(word) >= SHORTEST[word.isascii()] and not word.isdigit()
