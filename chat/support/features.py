"""The named features that a support score is made of; pure. Each compares a claim with one sentence of its source."""

import math
from collections.abc import Set
from dataclasses import asdict, dataclass
from functools import lru_cache

from chat.support import polarity
from chat.support.facts import agreement
from chat.support.wording import Wording, grams
from documents.language import HANGUL

# A word is nearly another one if they share this much; one that stands inside a longer one counts this much, and one
# that stands in the headings above the sentence.
NEARLY = 0.5
INSIDE = 0.9
ABOVE = 0.7


@dataclass(frozen=True, slots=True)
class Features:
    # Share of the claim's telling words that the source has, words that are nearly the same included.
    words: float
    # Logarithm of how many it has not.
    missing_words: float
    # Share of the claim's runs of two Hangul or three Latin characters that the source has, and the other way round.
    characters: float
    density: float
    # Cosine above or below a neutral one, as far as the embedding model may be trusted in the language.
    meaning: float
    # 1 if a day, time, number, amount or code of the claim is not in the source.
    missing_facts: float
    # 1 if the source has another day, number or amount of the same kind in the place of the claim's.
    other_facts: float
    # Logarithm of how many names of the claim the source has not, and of how many adverbs and determiners.
    missing_names: float
    missing_modifiers: float
    # 1 if one denies a word that the other has and does not deny.
    denied_words: float
    # 1 if one denies an odd number of times, and the other does not: to deny twice is to affirm.
    negation: float
    # 1 if both deny something.
    shared_denial: float
    # 1 if the claim says "all", "only", "always", and the source does not.
    overstated: float
    # 1 if one has the opposite of a word of the other.
    opposite: float
    # Logarithm of the length of the source's sentence: a long one says more.
    length: float

    def named(self) -> dict[str, float]:
        return {name: round(value, 4) for name, value in asdict(self).items()}


def features(claim: Wording, source: Wording, above: Set[str] = frozenset(), meaning: float = 0.0) -> Features:
    """Compare a claim with a sentence. `above` are the telling words of the headings that it stands below."""
    found = [_found(term, source, above) for term in claim.telling]
    facts = agreement(claim.facts, source.facts)
    has_other_code = not claim.coded <= source.digits
    return Features(
        words=sum(found) / len(found) if found else 0.0,
        missing_words=math.log1p(sum(1 - share for share in found)),
        **_characters(claim, source),
        meaning=meaning,
        missing_facts=float(facts.missing > 0 or has_other_code),
        other_facts=float(facts.differs),
        missing_names=math.log1p(sum(name not in source.letters and name not in above for name in claim.names)),
        missing_modifiers=math.log1p(sum(word not in source.letters for word in claim.modifiers)),
        denied_words=float(_denies_otherwise(claim, source) or _denies_otherwise(source, claim)),
        negation=float(claim.denials % 2 != source.denials % 2),
        shared_denial=float(claim.denials > 0 and source.denials > 0),
        overstated=float(bool(claim.stretching - source.stretching)),
        opposite=float(polarity.are_opposed(claim.telling, source.telling)),
        length=math.log1p(source.size),
    )


def _denies_otherwise(one: Wording, other: Wording) -> bool:
    return any(term in other.telling and term not in other.denied for term in one.denied & one.telling)


def _found(term: str, source: Wording, above: Set[str]) -> float:
    if term in source.telling:
        return 1.0
    if len(term) > 1 and term in source.letters:
        return INSIDE
    if term in above:
        return ABOVE
    return max((near for word in source.telling if (near := _nearness(term, word)) >= NEARLY), default=0.0)


@lru_cache(maxsize=100_000)
def _nearness(one: str, other: str) -> float:
    """The larger of shared beginning and shared pairs of characters."""
    beginning = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return max(beginning / max(len(one), len(other)), _dice(grams(one, 2), grams(other, 2)))


def _dice(one: Set[str], other: Set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _characters(claim: Wording, source: Wording) -> dict[str, float]:
    size = 2 if HANGUL.search(claim.letters) else 3
    own, others = grams(claim.letters, size), grams(source.letters, size)
    shared = len(own & others)
    return {
        "characters": shared / len(own) if own else 0.0,
        "density": shared / len(others) if others else 0.0,
    }
