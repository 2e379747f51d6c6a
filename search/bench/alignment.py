"""Whether the same in two languages lies together: each sentence looks for its translation among all of them.

Artetxe and Schwenk, "Massively Multilingual Sentence Embeddings for Zero-Shot Cross-Lingual Transfer and Beyond"
(TACL 2019), similarity search; the share that finds its translation first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from documents.embedding.vectors import Embedder
from search.bench.parallel_sentences import PAIRS
from search.bench.questions import BenchQuestion

if TYPE_CHECKING:
    from documents.embedding.vectors import type_Vectors

# With fewer of the company's own, ordinary sentences are taken along.
ENOUGH = 40
MOST = 400


@dataclass(frozen=True, slots=True)
class Alignment:
    """Shares in 0..1; `own` of the pairs are questions of the company."""

    korean_to_english: float
    english_to_korean: float
    pairs: int
    own: int


def alignment(questions: Sequence[BenchQuestion], embedder: Embedder) -> Alignment:
    own = parallel(questions)[:MOST]
    pairs = own if len(own) >= ENOUGH else [*own, *PAIRS]
    korean = embedder.embed_passages([pair[0] for pair in pairs])
    english = embedder.embed_passages([pair[1] for pair in pairs])
    return Alignment(_accuracy(korean, english), _accuracy(english, korean), len(pairs), len(own))


def parallel(questions: Sequence[BenchQuestion]) -> list[tuple[str, str]]:
    """(Korean, English) of questions that ask the same."""
    texts: dict[str, dict[str, str]] = {}
    for one in questions:
        texts.setdefault(one.pair or one.key, {}).setdefault(one.language, one.text)
    return [(of["ko"], of["en"]) for of in texts.values() if {"ko", "en"} <= of.keys()]


def _accuracy(asking: "type_Vectors", answering: "type_Vectors") -> float:
    nearest = (asking @ answering.T).argmax(axis=1)
    return round(float((nearest == range(len(asking))).mean()), 4)
