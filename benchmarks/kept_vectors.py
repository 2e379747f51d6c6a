"""An embedder that keeps what it computed: embedding takes nearly all of a run, and gives the same every time."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from documents.embedding.vectors import Embedder

if TYPE_CHECKING:
    from documents.embedding.vectors import type_Vectors


class KeptVectors:
    """Stands before a model; what was asked before, in the same steps, is read from `folder`."""

    def __init__(self, model: str, inner: Embedder, folder: Path) -> None:
        self._model = model
        self._inner = inner
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def embed_passages(self, texts: Sequence[str]) -> "type_Vectors":
        return self._kept("passages", texts, self._inner.embed_passages)

    def embed_queries(self, texts: Sequence[str]) -> "type_Vectors":
        return self._kept("queries", texts, self._inner.embed_queries)

    def token_starts(self, text: str) -> Sequence[int]:
        return self._inner.token_starts(text)

    def parts(self, texts: Sequence[str]) -> list[list[str]]:
        return self._inner.parts(texts)

    def _kept(
        self, what: str, texts: Sequence[str], compute: Callable[[Sequence[str]], "type_Vectors"]
    ) -> "type_Vectors":
        name = hashlib.blake2b("\0".join([self._model, what, *texts]).encode(), digest_size=16).hexdigest()
        path = self._folder / f"{name}.npy"
        if not path.exists():
            np.save(path, compute(texts))
        vectors: type_Vectors = np.load(path)
        return vectors
