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
from documents.terms import content_terms, hangul_bigrams

# Weights of a log-linear choice among the sentences, beside 1 for the sentence's own share of the question's rare
# words. Fitted on XQuAD, article by article (48 articles in four parts, each judged by the other three), and then
# moved towards what the sample library's 85 questions want, whose passages are longer; flat around these.
CONTEXT = 0.4
BEFORE = 0.4
SPELLING = 0.3
PASSAGE = 0.5
KIND = 0.15
MEANING = 0.8
MAX_SENTENCES = 3
# A further sentence is at most so much worse than the best one.
WORSE = 0.5
# Below this trust the model's opinion of a language is noise.
LEAST_TRUST = 0.2
# A sentence with no more than this share of words of its own says nothing that its headings do not.
REPEATED = 0.34
# As many sentences are compared by meaning, the best by words.
COMPARED = 24

# What a question asks for, and how that looks in an answer.
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half|once|twice|hundred|thousand|million)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b[12]\d{3}s?\b|\d:\d\d|\b(?:Jan|Febr)uary\b|\b(?:March|April|May|June|July|August|(?:Septem|Octo|Novem|Decem)ber)\b"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b|\bcentury\b|\d+\s*(?:년|월|일|시|주|분)|[월화수목금토일]요일"
)
_KINDS = (
    (
        re.compile(
            r"\bhow (?:many|much|long|old|far|often|high|large|soon|big|tall|fast)\b"
            r"|\bwhat (?:percent\w*|number|amount)\b|몇|며칠|얼마|기간|기한|한도|금액",
            re.IGNORECASE,
        ),
        _NUMBER,
    ),
    (re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|time|month|century)\b|언제", re.IGNORECASE), _TIME),
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

    def spelled(self, text: str) -> float:
        """Share of the question's Hangul bigrams: they catch names and spacing that the analyser does not know."""
        asked = hangul_bigrams(self.text)
        return len(asked & hangul_bigrams(text)) / len(asked) if asked else 0.0

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


def chosen(scored: Sequence[Scored], most: int = MAX_SENTENCES, worse: float = WORSE) -> list[Scored]:
    """Return the best sentence and others that are nearly as good, passage by passage as the document has them."""
    found: list[Scored] = []
    for candidate in scored:
        if len(found) == most or candidate.score < scored[0].score - worse:
            break
        if not any(_overlap(candidate.sentence, other.sentence) for other in found):
            found.append(candidate)
    order = {scored.sentence.passage.number: place for place, scored in reversed([*enumerate(found)])}
    return sorted(found, key=lambda one: (order[one.sentence.passage.number], one.sentence.start))


def _overlap(one: Sentence, other: Sentence) -> bool:
    """Whether one is part of the other, as an item is of its list."""
    same = one.passage.document_id == other.passage.document_id
    return same and one.start < other.end and other.start < one.end


def _by_words(query: Query, sentence: Sentence, place: float) -> Scored | None:
    """Score by words alone; None for what only repeats the words above it, like a running head."""
    terms = frozenset(content_terms(sentence.shown))
    context = set(content_terms(sentence.context))
    if len(terms - context) <= REPEATED * len(terms):
        return None
    own = terms if not sentence.own else frozenset(content_terms(sentence.own))
    said, around = query.share(own), query.share(terms | context)
    pointed_at = query.share(own | set(content_terms(sentence.before))) - said if sentence.before else 0.0
    words = said + CONTEXT * (around - said)
    score = words + BEFORE * pointed_at + SPELLING * query.spelled(sentence.shown) + PASSAGE * place
    return Scored(sentence, terms, words, 0.0, score + KIND * _is_of_the_kind(query.text, sentence.shown))


def _is_of_the_kind(question: str, sentence: str) -> bool:
    """Whether a sentence has a number or a time, if that is asked for."""
    return any(asks.search(question) and has.search(sentence) for asks, has in _KINDS)


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
