"""The one door to embedding models: loads and unloads them, and notices when one was exchanged or withdrawn.

A vector leaves it only as float32 of the size that was asked for, finite and of length one.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn
from weakref import WeakKeyDictionary

import numpy as np

from documents.embedding.bookkeeping import Book
from documents.embedding.local import SentenceTransformersEmbedder, model_folder
from documents.embedding.remote import EndpointEmbedder
from documents.embedding.vectors import Embedder, ModelFacts, facts_of, shortened
from documents.failure_codes import FailureCode, IndexingFailure
from documents.models import EmbeddingModel, Generation

if TYPE_CHECKING:
    from documents.embedding.vectors import type_Vectors

PROBE_TEXT = "The portal answers questions from documents. 포털은 문서로 질문에 답합니다."
PROBE_NUMBERS = 8
PROBE_TOLERANCE = 0.01
# After this an endpoint is asked again whether it still has the same model under that name.
FRESH_S = 3600.0
# Models on disk that a process keeps in memory: the one that answers, and one that is being built or tried.
KEPT = 2


type_Key = tuple[int | None, ModelFacts]
# Never held while a model is loaded: other models go on.
_bookkeeping = threading.Lock()
_turns: "dict[type_Key, threading.Lock]" = {}
_loaded: "OrderedDict[type_Key, Embedder]" = OrderedDict()
# With the time at which it was taken.
_fingerprints: "WeakKeyDictionary[Embedder, tuple[float, list[float]]]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Shortened:
    """The same model, of whose vectors only the first `dimensions` numbers are kept."""

    embedder: Embedder
    dimensions: int

    def embed_passages(self, texts: Sequence[str]) -> "type_Vectors":
        return shortened(self.embedder.embed_passages(texts), self.dimensions)

    def embed_queries(self, texts: Sequence[str]) -> "type_Vectors":
        return shortened(self.embedder.embed_queries(texts), self.dimensions)

    def token_starts(self, text: str) -> Sequence[int]:
        return self.embedder.token_starts(text)

    def parts(self, texts: Sequence[str]) -> list[list[str]]:
        return self.embedder.parts(texts)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Withdrawn:
    """A model that gives no vectors any more; its tokens can still be counted."""

    embedder: Embedder

    def embed_passages(self, texts: Sequence[str]) -> NoReturn:
        raise IndexingFailure(FailureCode.MODEL_WITHDRAWN, "the catalogue says so")

    def embed_queries(self, texts: Sequence[str]) -> NoReturn:
        raise IndexingFailure(FailureCode.MODEL_WITHDRAWN, "the catalogue says so")

    def token_starts(self, text: str) -> Sequence[int]:
        return self.embedder.token_starts(text)

    def parts(self, texts: Sequence[str]) -> list[list[str]]:
        return self.embedder.parts(texts)


def embedder_of(generation: Generation) -> Embedder:
    """Return the embedder whose vectors stand in this generation. Raises IndexingFailure as `embedder_for` does."""
    embedder = embedder_for(generation.model)
    is_whole = generation.dimensions == generation.model.dimensions
    return embedder if is_whole else Shortened(embedder, generation.dimensions)


def embedder_for(model: EmbeddingModel) -> Embedder:
    """Return the loaded embedder of a catalogue row. Of those on disk, a process keeps the last KEPT in memory.

    Raises IndexingFailure: MODEL_MISSING if its files are not there, not the published ones or not safe to load;
    MODEL_REFUSED if its endpoint must not be asked. Of a model that was withdrawn, its vectors do.
    """
    embedder = _kept(model)
    return Withdrawn(embedder) if model.is_withdrawn else embedder


def tried(model: EmbeddingModel) -> Embedder:
    """The same, asked again whether or not it was withdrawn."""
    return _kept(model)


def fingerprint(embedder: Embedder) -> list[float]:
    """First numbers of the probe text's vector: stored with the model, compared before its index is used.

    Computed once for a model on disk, which does not change while it is loaded; what an endpoint gives may.
    """
    taken_at, known = _fingerprints.get(embedder, (0.0, []))
    is_old = isinstance(embedder, EndpointEmbedder) and time.monotonic() - taken_at > FRESH_S
    if not known or is_old:
        vector = embedder.embed_passages([PROBE_TEXT])[0]
        known = [round(float(number), 4) for number in vector[:PROBE_NUMBERS]]
        _fingerprints[embedder] = (time.monotonic(), known)
    return known


def confirm_fingerprint(model: EmbeddingModel) -> None:
    """Store the model's fingerprint at its first use; later raise IndexingFailure(MODEL_CHANGED) if it differs.

    One that was withdrawn gives nothing that could be mixed.
    """
    embedder = embedder_for(model)
    try:
        found = fingerprint(embedder)
    except IndexingFailure as failure:
        if failure.code is FailureCode.MODEL_WITHDRAWN:
            return
        raise
    if not model.fingerprint:
        model.fingerprint = found
        model.token_rates = embedder.token_rates() if isinstance(embedder, EndpointEmbedder) else {}
        model.save(update_fields=["fingerprint", "token_rates"])
    elif not np.allclose(found, model.fingerprint, atol=PROBE_TOLERANCE):
        raise IndexingFailure(FailureCode.MODEL_CHANGED, f"probe {found}, index {model.fingerprint}")


def _kept(model: EmbeddingModel) -> Embedder:
    facts = facts_of(model)
    # Rows of one folder share it; what an endpoint is asked for is noted for its own row.
    key = (model.pk if facts.endpoint else None, facts)
    found = _ready(key)
    if found is None:
        with _turn_of(key):
            found = _ready(key) or _made(model, facts)
            with _bookkeeping:
                _loaded[key] = found
                _drop_all_but_the_last()
    return found


def _ready(key: "type_Key") -> Embedder | None:
    with _bookkeeping:
        if key in _loaded:
            _loaded.move_to_end(key)
        return _loaded.get(key)


def _turn_of(key: "type_Key") -> threading.Lock:
    """Several first questions at once would otherwise each load the model; those of another one need not wait."""
    with _bookkeeping:
        return _turns.setdefault(key, threading.Lock())


def _made(model: EmbeddingModel, facts: ModelFacts) -> Embedder:
    if facts.endpoint:
        return EndpointEmbedder(facts, facts.endpoint, Book(model.pk))
    return SentenceTransformersEmbedder(model_folder(facts.name), facts)


def _drop_all_but_the_last() -> None:
    """Whoever works with one that is dropped keeps it until the work is done."""
    on_disk = [key for key in _loaded if key[1].endpoint is None]
    for key in on_disk[:-KEPT]:
        del _loaded[key]
