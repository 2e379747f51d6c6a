"""Answers without a language model: the best sentences of the best passages, quoted and cited; pure.

A sentence is judged by the share of the question's rare words that it and its headings hold, by how near it
is in meaning (as far as the embedding model may be trusted in its language), and by its passage's place in
the search.
"""

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from chat.passages import Passage
from chat.sentences import Sentence, sentences
from documents.terms import content_terms

# Weights found on XQuAD (1,190 questions): share of questions whose first 1 / 2 / 3 sentences hold the gold
# answer, words alone 0.78 / 0.87 / 0.91, all of these 0.81 / 0.91 / 0.94.
MEANING = 0.8
PASSAGE = 0.5
CONTEXT = 0.5
KIND = 0.1
MAX_SENTENCES = 3
# A further sentence has this share of the best one's score at least. XQuAD, 1,190 questions: 0.93 hold the gold
# answer with 2.0 sentences on average, as against 0.81, 0.91 and 0.94 with always one, two and three. To ask for
# words that the first sentence lacks did worse: 0.88 with 1.7.
NEARLY = 0.7
# Below this trust the model's opinion of a language is noise.
LEAST_TRUST = 0.2
# A sentence with no more than this share of words of its own says nothing that its headings do not.
REPEATED = 0.34
# As many sentences are compared by meaning, the best by words.
COMPARED = 24

_ASKS_FOR_A_NUMBER = re.compile(
    r"\bhow (?:many|much|long|old|far|often|high|large|soon)\b|\bwhen\b"
    r"|\bwhat (?:year|date|day|time|percent\w*)\b"
    r"|몇|며칠|얼마|언제|기간|기한|한도|금액",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half|once|twice|hundred|thousand|million)\b",
    re.IGNORECASE,
)

# Words that ask and do not say about what, as the analyser gives them. A library need not hold any of them,
# so their rarity would weigh down every question.
_FILLER = re.compile(
    r"what|how|when|where|who|whom|whose|which|whi|is|are|was|were|be|been|am|do|doe|did|can|could|may|might|must"
    r"|should|shall|will|would|have|has|had|i|me|my|we|us|our|you|your|it|he|she|they|the|an?|of|to|in|on|for|at"
    r"|by|with|from|about|as|and|or|if|not|no|there|this|that|ani|some|get|got|tell|explain|describ|pleas|know"
    r"|need|want|long|much|mani"
    r"|어떻|무엇|뭐|며칠|얼마|궁금|알|알리|알려주|주|하|되|있|싶|말하|설명|것|거|수|때|경우|가능|정도|몇"
)

# Cosine of the question and each text.
type_Similarity = Callable[[Sequence[str]], Sequence[float]]


def is_filler(term: str) -> bool:
    """Whether a word only asks, and says nothing of what is asked about."""
    return bool(_FILLER.fullmatch(term))


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the answerer sees it: its words with their rarity, and trust in meaning by language."""

    text: str
    language: str
    idf: Mapping[str, float]
    trust: Callable[[str], float]

    def share(self, terms: Set[str]) -> float:
        """Share of the question's rare words among `terms`, 0..1."""
        weights = self._telling()
        total = sum(weights.values())
        return sum(weight for term, weight in weights.items() if term in terms) / total if total else 0.0

    def _telling(self) -> Mapping[str, float]:
        return {term: weight for term, weight in self.idf.items() if not is_filler(term)} or self.idf


@dataclass(frozen=True, slots=True)
class Scored:
    sentence: Sentence
    terms: frozenset[str]
    words: float
    meaning: float
    score: float


def ranked(query: Query, passages: Sequence[Passage], similarity: type_Similarity) -> list[Scored]:
    """Return the sentences of the passages, best first; the ones with hopelessly few words are left out."""
    best = max((passage.score for passage in passages), default=0.0) or 1.0
    seen: dict[str, Scored] = {}
    for passage in passages:
        for sentence in sentences(passage):
            scored = _by_words(query, sentence, passage.score / best)
            if scored and sentence.shown not in seen:
                seen[sentence.shown] = scored
    shortlist = sorted(seen.values(), key=_order)[:COMPARED]
    return sorted(_with_meaning(query, shortlist, similarity), key=_order)


def chosen(scored: Sequence[Scored]) -> list[Scored]:
    """Return one to three sentences: the best, and others that are nearly as good."""
    return [candidate for candidate in scored[:MAX_SENTENCES] if candidate.score >= NEARLY * scored[0].score]


def _by_words(query: Query, sentence: Sentence, place: float) -> Scored | None:
    """Score by words alone; None for what only repeats the words above it, like a running head."""
    terms = frozenset(content_terms(sentence.shown))
    context = set(content_terms(sentence.context))
    if len(terms - context) <= REPEATED * len(terms):
        return None
    words = query.share(terms) + CONTEXT * (query.share(terms | context) - query.share(terms))
    kind = bool(_ASKS_FOR_A_NUMBER.search(query.text) and _NUMBER.search(sentence.shown))
    return Scored(sentence, terms, words, 0.0, words + PASSAGE * place + KIND * kind)


def _with_meaning(query: Query, shortlist: Sequence[Scored], similarity: type_Similarity) -> list[Scored]:
    trusts = [query.trust(scored.sentence.passage.language) for scored in shortlist]
    if max(trusts, default=0.0) < LEAST_TRUST:
        return list(shortlist)
    cosines = similarity([scored.sentence.shown for scored in shortlist])
    return [
        Scored(scored.sentence, scored.terms, scored.words, cosine, scored.score + MEANING * trust * cosine)
        for scored, cosine, trust in zip(shortlist, cosines, trusts, strict=True)
    ]


def _order(scored: Scored) -> tuple[float, int, int]:
    return -scored.score, scored.sentence.passage.number, scored.sentence.start
