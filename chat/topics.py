"""Short texts grouped by the noun that most of them share; pure.

Repeatedly takes the noun that stands in most texts which have no group yet. Crude beside clusters of vectors, and in
return every group can be told in a word, whatever the language and however few the texts are.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from chat.extractive import is_filler
from documents.terms import nouns
from search.function_words import share_of

T = TypeVar("T")

# Stems that say nothing of what a question is about.
_GENERAL_WORDS = """
keep take give use allow last find happen long new old day week month year hour time first next maximum minimum
someth anyth everi work make see ask receiv come put let call name list good best same other more less compani
결과 올해 이번 지금 오늘 내일 주말 얘기 방법 이유 기준 여부 사람 회사 신청
"""
_GENERAL = frozenset(_GENERAL_WORDS.split())
# Texts that make a group, and the words of its name.
FEWEST = 2
NAMED = 2
# A further word of the name stands in this share of its texts.
SHARED = 0.6


@dataclass(frozen=True, slots=True)
class Topic(Generic[T]):
    """Texts about one thing; without a name they share nothing with others."""

    name: str
    members: tuple[T, ...]


def topics(things: Sequence[T], text: Callable[[T], str], weight: Callable[[T], int]) -> list[Topic[T]]:
    """Group things by the nouns of their texts, the heaviest group first, those that stay alone last."""
    words = [_words(text(thing)) for thing in things]
    left = set(range(len(things)))
    found: list[Topic[T]] = []
    while (best := _most_shared(words, left, [weight(thing) for thing in things])) is not None:
        members = [index for index in sorted(left) if best in words[index]]
        left -= set(members)
        found.append(Topic(_name(best, [words[index] for index in members]), tuple(things[i] for i in members)))
    found.sort(key=lambda topic: -sum(map(weight, topic.members)))
    alone = tuple(things[index] for index in sorted(left))
    return [*found, Topic("", alone)] if alone else found


def _words(text: str) -> dict[str, str]:
    """What a text names, as it is compared -> as it is written; not the words that any question may have."""
    return {key: word for key, word in nouns(text).items() if _names_something(key)}


def _names_something(key: str) -> bool:
    return share_of(key) == 1 and not (is_filler(key) or key in _GENERAL or key.isdigit())


def _most_shared(words: Sequence[dict[str, str]], left: Iterable[int], weights: Sequence[int]) -> str | None:
    """The noun in most texts; of equals the one with the most askings, the longer, the first in order."""
    counts: dict[str, tuple[int, int]] = {}
    for index in left:
        for word in words[index]:
            texts, askings = counts.get(word, (0, 0))
            counts[word] = (texts + 1, askings + weights[index])
    shared = [word for word, (texts, _askings) in counts.items() if texts >= FEWEST]
    return min(shared, key=lambda word: (*(-count for count in counts[word]), -len(word), word), default=None)


def _name(word: str, members: Sequence[dict[str, str]]) -> str:
    """The shared noun and another one that most of the texts have, as they are written and ordered there."""
    counts = Counter(other for words in members for other in words if other != word)
    often = [other for other, count in counts.most_common(NAMED - 1) if count >= max(SHARED * len(members), FEWEST)]
    chosen = {word, *often}
    model = max(members, key=lambda words: len(chosen & words.keys()))
    return " · ".join(written for key, written in model.items() if key in chosen)
