"""Tries a model on four sentences, so that a person sees whether it works, how fast, and whether it knows Korean."""

import time
from dataclasses import dataclass

from documents.embedding.embedders import tried
from documents.failures import Explanation, IndexingFailure, explain
from documents.models import EmbeddingModel

# The first and the third say the same in the two languages, as do the second and the fourth.
SENTENCES = (
    "연차 휴가는 입사한 해에 며칠입니까?",
    "사내 VPN에 접속할 수 없습니다.",
    "How many days of annual leave are there in the first year?",
    "I cannot connect to the company VPN.",
)
PAIRS = ((0, 2), (1, 3), (0, 1), (2, 3))


@dataclass(frozen=True, slots=True)
class Likeness:
    first: str
    second: str
    cosine: float
    says_the_same: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """`seconds` are those of the second call: the first one loads the model."""

    seconds: float = 0.0
    dimensions: int = 0
    likenesses: tuple[Likeness, ...] = ()
    failure: Explanation | None = None
    detail: str = ""

    @property
    def milliseconds(self) -> int:
        return round(1000 * self.seconds)

    @property
    def knows_both(self) -> bool:
        """Whether sentences that say the same in two languages are nearer than such as do not."""
        alike = [one.cosine for one in self.likenesses if one.says_the_same]
        unlike = [one.cosine for one in self.likenesses if not one.says_the_same]
        return bool(alike) and min(alike) > max(unlike)


def try_out(model: EmbeddingModel) -> Trial:
    """Never raises IndexingFailure: what went wrong is what the person wants to know."""
    try:
        embedder = tried(model)
        embedder.embed_passages(SENTENCES[:1])
        begun = time.perf_counter()
        vectors = embedder.embed_passages(SENTENCES)
        seconds = time.perf_counter() - begun
    except IndexingFailure as failure:
        return Trial(failure=explain(failure.code), detail=failure.detail)
    likenesses = tuple(
        Likeness(SENTENCES[i], SENTENCES[j], float(vectors[i] @ vectors[j]), says_the_same=j - i == 2) for i, j in PAIRS
    )
    return Trial(seconds, vectors.shape[1], likenesses)
