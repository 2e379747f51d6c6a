"""Models behind an endpoint as embedders: texts in batches, long ones in parts, tokens counted or estimated."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings

from documents.embedding.bookkeeping import Book
from documents.embedding.endpoint import Asking, Endpoint, for_passages, for_queries
from documents.embedding.parting import mean_vectors, prefixed_parts
from documents.embedding.replies import TooMuch
from documents.embedding.token_counting import (
    SAMPLES,
    EstimatingCounter,
    TokenCounter,
    counter_of_file,
    measured_rates,
)
from documents.embedding.vectors import EndpointFacts, ModelFacts, checked
from documents.failure_codes import FailureCode, IndexingFailure

if TYPE_CHECKING:
    from documents.embedding.vectors import type_Vectors

# The endpoint's own count may be somewhat higher.
ROOM = 0.9
TEXTS_AT_ONCE = 64
TOKENS_AT_ONCE = 50_000
# An endpoint that refuses even shorter texts does so for another reason.
SHORTEST = 32
# Questions that are asked again within a session: pages, filters, the answer after the search.
REMEMBERED = 256
# After a question got no vector, so long none is asked for: a search need not wait in vain each time.
AWAY_S = 15.0


class EndpointEmbedder:
    """Raises IndexingFailure with a code of a model."""

    def __init__(self, facts: ModelFacts, endpoint: EndpointFacts, book: Book) -> None:
        self._facts, self._query_name = facts, endpoint.query_name
        self._counter = _counter(facts.name, endpoint)
        self._endpoint = Endpoint(endpoint, facts.dimensions, book)
        self._recent = _Recent()
        self._away_until = 0.0

    def embed_passages(self, texts: Sequence[str]) -> "type_Vectors":
        """A text that is longer than the model takes is embedded in even parts, and gets their mean direction."""
        asking = for_passages(self._facts.name)
        return mean_vectors(self.parts(texts), lambda parts: self._embed(parts, asking), self._facts.dimensions)

    def embed_queries(self, texts: Sequence[str]) -> "type_Vectors":
        known = self._recent.of(texts)
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known |= dict(zip(missing, self._asked_now(missing), strict=True))
            self._recent.keep(known)
        return np.array([known[text] for text in texts], dtype=np.float32).reshape(-1, self._facts.dimensions)

    def token_starts(self, text: str) -> Sequence[int]:
        return self._counter.starts(text)

    def parts(self, texts: Sequence[str]) -> list[list[str]]:
        return prefixed_parts(self, texts, self._facts.passage_prefix, int(self._facts.max_tokens * ROOM))

    def token_rates(self) -> dict[str, float]:
        """What the endpoint's own count says of the estimate; nothing if it tells none, or if none is needed."""
        if not isinstance(self._counter, EstimatingCounter):
            return {}
        asking = for_passages(self._facts.name)
        replies = {name: self._endpoint.ask([text], self._tokens(text), asking) for name, text in SAMPLES.items()}
        counted = {name: reply.tokens for name, reply in replies.items() if reply.tokens}
        return measured_rates(counted) if len(counted) == len(SAMPLES) else {}

    def _asked_now(self, texts: Sequence[str]) -> "type_Vectors":
        if time.monotonic() < self._away_until:
            raise IndexingFailure(FailureCode.MODEL_UNREACHABLE, "it did not answer a moment ago")
        prefixed = [self._facts.query_prefix + text for text in texts]
        try:
            return self._embed(prefixed, for_queries(self._query_name))
        except IndexingFailure:
            self._away_until = time.monotonic() + AWAY_S
            raise

    def _embed(self, texts: Sequence[str], asking: Asking) -> "type_Vectors":
        vectors = [self._batch(batch, asking) for batch in self._batches(texts)]
        return np.concatenate(vectors) if vectors else np.empty((0, self._facts.dimensions), dtype=np.float32)

    def _batches(self, texts: Sequence[str]) -> Iterator[list[str]]:
        batch: list[str] = []
        tokens = 0
        for text in texts:
            own = self._tokens(text)
            if batch and (len(batch) == TEXTS_AT_ONCE or tokens + own > TOKENS_AT_ONCE):
                yield batch
                batch, tokens = [], 0
            batch.append(text)
            tokens += own
        if batch:
            yield batch

    def _batch(self, texts: list[str], asking: Asking) -> "type_Vectors":
        """In two requests if the endpoint finds one too much, and a text in halves."""
        try:
            return self._endpoint.ask(texts, sum(map(self._tokens, texts)), asking).vectors
        except TooMuch as refusal:
            if len(texts) > 1:
                middle = len(texts) // 2
                return np.concatenate([self._batch(texts[:middle], asking), self._batch(texts[middle:], asking)])
            if len(texts[0]) < SHORTEST:
                raise IndexingFailure(FailureCode.MODEL_REFUSED, str(refusal)) from refusal
        halves = self._batch(_halves(texts[0]), asking)
        return checked(halves.mean(axis=0, keepdims=True), 1, self._facts.dimensions)

    def _tokens(self, text: str) -> int:
        return len(self.token_starts(text))


class _Recent:
    """The vectors of the last questions, whichever thread asked them."""

    def __init__(self) -> None:
        self._vectors: OrderedDict[str, np.ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str]) -> dict[str, np.ndarray]:
        with self._lock:
            return {text: self._vectors[text] for text in texts if text in self._vectors}

    def keep(self, vectors: dict[str, np.ndarray]) -> None:
        with self._lock:
            for text, vector in vectors.items():
                self._vectors[text] = vector
                self._vectors.move_to_end(text)
            while len(self._vectors) > REMEMBERED:
                self._vectors.popitem(last=False)


def _halves(text: str) -> list[str]:
    """Cut at the space nearest behind the middle, if there is one before the last quarter."""
    middle = len(text) // 2
    space = text.find(" ", middle, 3 * len(text) // 4)
    cut = space if space > 0 else middle
    return [text[:cut], text[cut:]]


def _counter(name: str, endpoint: EndpointFacts) -> TokenCounter:
    """By the tokenizer's file if somebody put it where a model of this name would lie."""
    path = settings.MODELS_DIR / name / "tokenizer.json"
    return counter_of_file(path) if path.is_file() else EstimatingCounter(dict(endpoint.token_rates))
