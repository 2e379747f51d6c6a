"""Which sentence of a passage stands behind a sentence of the answer, and how well; pure.

The score is made of named features: the share of the claim's words that the sentence holds, nearness in
meaning as far as the embedding model may be trusted, and whether the claim's numbers stand in the passage at
all.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chat.sentences import Sentence
from chat.support.finding import Check, Finding
from documents.terms import content_terms

# Below this a mark is shown as unverified.
THRESHOLD = 0.5
# How much meaning counts against words when the embedding model is fully trusted.
MEANING = 0.5
# A claim whose number is nowhere in the sentence keeps this much of its score; if the passage has it, this
# much.
NUMBER_MISSING = 0.4
NUMBER_ELSEWHERE = 0.8

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_MARK = re.compile(r"\[\d{1,3}\]")

type_Similarity = Callable[[str, Sequence[str]], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Support:
    """The best sentence behind a claim, with the features that its score was made of."""

    sentence: Sentence
    words: float
    meaning: float
    numbers: float
    score: float

    @property
    def check(self) -> Check:
        finding = Finding.SUPPORTED if self.score >= THRESHOLD else Finding.UNVERIFIED
        return Check(self.score, finding, {"words": self.words, "meaning": self.meaning, "numbers": self.numbers})


def best_support(
    claim: str, sentences: Sequence[Sentence], similarity: type_Similarity, trust: float
) -> Support | None:
    """Return the sentence that supports the claim best; None when the passage has no sentence."""
    claim = _MARK.sub("", claim)
    cosines = similarity(claim, [sentence.shown for sentence in sentences]) if trust else [0.0] * len(sentences)
    passage = numbers_in(" ".join(sentence.shown for sentence in sentences))
    wanted = set(content_terms(claim))
    found = [
        _support(claim, wanted, sentence, (trust, cosine), passage)
        for sentence, cosine in zip(sentences, cosines, strict=True)
    ]
    return max(found, key=lambda support: support.score, default=None)


def _support(
    claim: str, wanted: set[str], sentence: Sentence, meaning: tuple[float, float], passage: set[str]
) -> Support:
    trust, cosine = meaning
    words = len(wanted & set(content_terms(sentence.shown))) / len(wanted) if wanted else 0.0
    weight = MEANING * trust
    numbers = number_agreement(numbers_in(claim), numbers_in(sentence.shown), passage)
    score = ((1 - weight) * words + weight * max(cosine, 0.0)) * numbers
    return Support(sentence, words, cosine, numbers, round(min(max(score, 0.0), 1.0), 4))


def number_agreement(claimed: set[str], sentence: set[str], passage: set[str]) -> float:
    """1 when the sentence has every number of the claim; less when one is in the passage only, or nowhere."""
    if claimed <= sentence:
        return 1.0
    return NUMBER_ELSEWHERE if claimed <= passage else NUMBER_MISSING


def numbers_in(text: str) -> set[str]:
    """Numbers, dates and times as they are written, thousands without commas."""
    return {re.sub(r"(?<=\d),(?=\d{3})", "", number) for number in _NUMBER.findall(text)}
