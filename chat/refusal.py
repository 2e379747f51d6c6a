"""Whether the passages found answer the question at all; pure. One number for each language decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from chat.extractive import LEAST_TRUST, Query, Scored
from chat.passages import Passage
from documents.terms import content_terms

# Least evidence for an answer, by the language of the question. Learned by `manage.py evaluate_refusal` from the sample
# library's questions, XQuAD and Belebele in both languages, see docs/measurements.md. Words are all there is for
# Korean with the bundled model, so a question in quite other words than the document's is refused too.
NEEDED = {"ko": 0.19, "en": 0.37}
# Share of the whole passage against the best sentence, and of meaning against words at full trust. The area
# under the curve is flat around these.
PASSAGE = 0.3
MEANING = 0.7
# What is looked at of passages and of sentences.
BEST = 3


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for an answer, each 0..1."""

    # Share of the question's rare words in the best passage, its title and headings included.
    passage_words: float
    # The same of the best sentence, its headings at half weight.
    sentence_words: float
    # Cosine of the best sentence.
    meaning: float
    # How far the embedding model may be trusted with that sentence.
    trust: float

    @property
    def evidence(self) -> float:
        weight = MEANING * self.trust if self.trust >= LEAST_TRUST else 0.0
        words = (1 - PASSAGE) * self.sentence_words + PASSAGE * self.passage_words
        return (1 - weight) * words + weight * max(self.meaning, 0.0)


def features(query: Query, passages: Sequence[Passage], ranked: Sequence[Scored]) -> Features:
    best = ranked[:BEST]
    nearest = max(best, key=lambda scored: scored.meaning, default=None)
    return Features(
        passage_words=max((query.share(_terms(passage)) for passage in passages[:BEST]), default=0.0),
        sentence_words=max((scored.words for scored in best), default=0.0),
        meaning=nearest.meaning if nearest else 0.0,
        trust=query.trust(nearest.sentence.passage.language) if nearest else 0.0,
    )


def evidence_of(query: Query, passages: Sequence[Passage], ranked: Sequence[Scored]) -> float:
    """What speaks for an answer, 0 to 1."""
    return features(query, passages, ranked).evidence if ranked else 0.0


def is_enough(evidence: float, language: str) -> bool:
    return evidence > 0 and evidence >= NEEDED.get(language, NEEDED["en"])


def is_answered(query: Query, passages: Sequence[Passage], ranked: Sequence[Scored]) -> bool:
    return is_enough(evidence_of(query, passages, ranked), query.language)


def _terms(passage: Passage) -> set[str]:
    return set(content_terms(f"{passage.title} {passage.heading} {passage.text}"))
