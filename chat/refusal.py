"""Whether the passages found answer the question at all; pure. One number for each language decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from chat.extractive import LEAST_TRUST, Query, Scored
from chat.passages import Passage
from documents.terms import content_terms

# Least evidence for an answer. What it does: answerable questions that are answered, unanswerable ones refused.
# Korean: sample library 35 of 42 and 7 of 10; Belebele with and without the gold passage 0.83 and 0.65 of 300.
# English: sample library 39 of 43 and 4 of 8; XQuAD 0.99 and 0.36 of 500. Belebele and XQuAD keep passages about
# the same topic when the gold one is gone, which is the hardest case. Words are all there is for Korean with the
# bundled model, so a question in quite other words than the document's is refused too.
NEEDED = {"ko": 0.28, "en": 0.35}
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


def is_answered(query: Query, passages: Sequence[Passage], ranked: Sequence[Scored]) -> bool:
    return bool(ranked) and features(query, passages, ranked).evidence >= NEEDED.get(query.language, NEEDED["en"])


def _terms(passage: Passage) -> set[str]:
    return set(content_terms(f"{passage.title} {passage.heading} {passage.text}"))
