"""Which sentence of a passage stands behind a sentence of the answer, and how well; pure.

Every sentence is scored from named features. Meaning is asked only for the best by words, and as far as the embedding
model may be trusted. If no sentence alone has all of the claim, two that follow each other are tried together.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from chat.sentences import Sentence
from chat.support.contradiction import contradicts
from chat.support.features import Features, features
from chat.support.finding import Check, Entailment, Finding
from chat.support.weights import Weights, weights
from chat.support.wording import Wording, together, wordings
from documents.language import language_of

# Below this a mark is shown as unverified.
THRESHOLD = 0.5
# A contradicted claim is not supported, however many words it shares with its source.
CONTRADICTED_AT_MOST = 0.2
# As many sentences are compared by meaning, the best without it.
COMPARED = 6
# Below this trust the model's opinion of a language is noise.
LEAST_TRUST = 0.2
# The cosine that speaks neither for a sentence nor against it.
NEUTRAL = 0.5
# Two sentences say more than one, so they have to be better by this much.
TOGETHER = 0.1

_MARK = re.compile(r"\[\d{1,3}\]")

# Sentences that a model for natural language inference reads, the best without it.
READ = 3

# Cosine of a text and each of the others.
type_Similarity = Callable[[str, Sequence[str]], Sequence[float]]
# What such a model says of a claim and the first of the sentences; nothing if there is none.
type_Entailments = Callable[[str, Sequence[str]], Sequence[Entailment]]


def no_model(claim: str, sentences: Sequence[str]) -> Sequence[Entailment]:
    return []


@dataclass(frozen=True, slots=True)
class Support:
    """The best sentence behind a claim, and what the check says of it."""

    sentence: Sentence
    check: Check


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence as it reads, and the headings above it."""

    text: str
    above: str = ""


@dataclass(frozen=True, slots=True)
class Strongest:
    """The sources from `first` to `last` stand behind a claim best."""

    first: int
    last: int
    check: Check


@dataclass(frozen=True, slots=True)
class _Candidate:
    first: int
    last: int
    wording: Wording
    features: Features
    score: float


def best_support(
    claim: str,
    sentences: Sequence[Sentence],
    similarity: type_Similarity,
    trust: float,
    entailments: type_Entailments = no_model,
) -> Support | None:
    """Return the sentence, or two that follow each other, that support the claim best; None for an empty passage."""
    sources = [Source(sentence.shown, sentence.context) for sentence in sentences]
    best = strongest(_MARK.sub("", claim), sources, similarity, trust, entailments)
    if best is None:
        return None
    first, last = sentences[best.first], sentences[best.last]
    return Support(first if first is last else _joined(first, last), best.check)


def strongest(
    claim: str,
    sources: Sequence[Source],
    similarity: type_Similarity,
    trust: float,
    entailments: type_Entailments = no_model,
) -> Strongest | None:
    """Return what supports the claim best among sentences in their order."""
    if not sources:
        return None
    scale = weights(language_of(claim))
    own, singles = _singles(claim, sources, scale)
    if trust >= LEAST_TRUST:
        singles = _with_meaning(claim, singles, sources, scale, (similarity, trust))
    ranked = sorted(singles, key=_by_score, reverse=True)
    judged = entailments(claim, [sources[candidate.first].text for candidate in ranked[:READ]])
    if judged:
        return _by_entailment(ranked, judged)
    best = ranked[0]
    if best.score < THRESHOLD or best.features.missing_facts:
        pairs = _pairs(own, singles, best, scale)
        best = max([best, *(pair for pair in pairs if pair.score >= best.score + TOGETHER)], key=_by_score)
    return _found(best, singles)


def _found(best: _Candidate, singles: Sequence[_Candidate]) -> Strongest:
    rival = best if contradicts(best.features) else None
    if rival is None and best.score < THRESHOLD:
        rival = max((other for other in singles if _is_rival(other, singles)), key=_by_words, default=None)
    if rival:
        score = min(rival.score, CONTRADICTED_AT_MOST)
        return _strongest(rival, score, Finding.CONTRADICTED)
    return _strongest(best, best.score, Finding.SUPPORTED if best.score >= THRESHOLD else Finding.UNVERIFIED)


def _by_entailment(ranked: Sequence[_Candidate], judged: Sequence[Entailment]) -> Strongest:
    """The model's word replaces the score: it has read what the features only count."""
    said = max(judged, key=lambda entailment: max(entailment.entails, entailment.contradicts))
    best = max(judged, key=lambda entailment: entailment.entails)
    if best.entails >= THRESHOLD:
        said, finding = best, Finding.SUPPORTED
    else:
        finding = Finding.CONTRADICTED if said.contradicts >= THRESHOLD else Finding.UNVERIFIED
    found = ranked[judged.index(said)]
    named = found.features.named() | {"entailment": said.entails, "contradiction": said.contradicts}
    return Strongest(found.first, found.last, Check(said.entails, finding, named))


def _strongest(candidate: _Candidate, score: float, finding: Finding) -> Strongest:
    return Strongest(candidate.first, candidate.last, Check(round(score, 4), finding, candidate.features.named()))


def _is_rival(candidate: _Candidate, singles: Sequence[_Candidate]) -> bool:
    """A contradiction, unless another sentence of the passage has the claim's numbers."""
    if not contradicts(candidate.features):
        return False
    return not candidate.features.other_facts or all(other.features.missing_facts for other in singles)


def _singles(claim: str, sources: Sequence[Source], scale: Weights) -> tuple[Wording, list[_Candidate]]:
    (own,) = wordings([claim])
    headings = tuple(dict.fromkeys(source.above for source in sources))
    above = {heading: wording.telling for heading, wording in zip(headings, _read(headings), strict=True)}
    found = []
    for i, (source, wording) in enumerate(zip(sources, _read(tuple(source.text for source in sources)), strict=True)):
        compared = features(own, wording, above[source.above])
        found.append(_Candidate(i, i, wording, compared, scale.score(compared)))
    return own, found


@lru_cache(maxsize=32)
def _read(texts: tuple[str, ...]) -> list[Wording]:
    """Kept, since several sentences of an answer often cite the same passage."""
    return wordings(texts)


def _with_meaning(
    claim: str,
    singles: Sequence[_Candidate],
    sources: Sequence[Source],
    scale: Weights,
    meaning: tuple[type_Similarity, float],
) -> list[_Candidate]:
    """Score the best by words again, now with their meaning; the others stay as they are."""
    similarity, trust = meaning
    ranked = sorted(singles, key=_by_score, reverse=True)
    cosines = similarity(claim, [sources[candidate.first].text for candidate in ranked[:COMPARED]])
    heard = [
        _rescored(candidate, replace(candidate.features, meaning=trust * (cosine - NEUTRAL)), scale)
        for candidate, cosine in zip(ranked, cosines, strict=False)
    ]
    return sorted([*heard, *ranked[len(heard) :]], key=lambda candidate: candidate.first)


def _rescored(candidate: _Candidate, compared: Features, scale: Weights) -> _Candidate:
    return replace(candidate, features=compared, score=scale.score(compared))


def _pairs(own: Wording, singles: Sequence[_Candidate], best: _Candidate, scale: Weights) -> Iterator[_Candidate]:
    """The best sentence together with the one before it, and with the one after it."""
    for one, other in pairwise(singles[max(best.first - 1, 0) : best.first + 2]):
        wording = together(one.wording, other.wording)
        meaning = max(one.features.meaning, other.features.meaning)
        # Two sentences say more than one by what they add, not by being two.
        length = max(one.features.length, other.features.length)
        compared = replace(features(own, wording, meaning=meaning), length=length)
        yield _Candidate(one.first, other.last, wording, compared, scale.score(compared))


def _joined(first: Sentence, last: Sentence) -> Sentence:
    start, end = min(first.start, last.start), max(first.end, last.end)
    return replace(first, start=start, end=end, shown=f"{first.shown} {last.shown}", own="")


def _by_score(candidate: _Candidate) -> tuple[float, int]:
    return candidate.score, -candidate.first


def _by_words(candidate: _Candidate) -> tuple[float, int]:
    return candidate.features.words, -candidate.first
