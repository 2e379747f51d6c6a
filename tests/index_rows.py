"""Chunks written straight into the index: real terms and weights, vectors and windows as the test wants them."""

import numpy as np

from documents import index
from documents.indexing import Passage
from documents.language import language_of
from documents.models import Generation, IndexJob
from documents.windows import Window
from tests.documents.rows import document_row


def indexed_rows(collection, texts, *, generation=None, title="", vectors=None, document=None):
    """A document whose windows are these texts; `vectors` has a row for each."""
    generation = generation or Generation.objects.active()
    document = document or document_row(collection, chunk_count=len(texts), **({"title": title} if title else {}))
    entries = index.entries(document, passages(texts, title), vectors if vectors is not None else axes(len(texts)))
    index.add(generation, entries)
    document.jobs.update_or_create(generation=generation, defaults={"state": IndexJob.State.DONE})
    return document


def passages(texts, title=""):
    """Windows that stand one behind the other, a line apart."""
    found, start = [], 0
    for text in texts:
        found.append(Passage(Window(start, start + len(text), 1, ""), text, title, language_of(text)))
        start += len(text) + 1
    return found


def axes(count, dimensions=384):
    """Vectors that are at right angles to each other, as long as there are few."""
    return np.eye(dimensions, dtype=np.float32)[np.arange(count) % dimensions]


def random_units(count, seed, dimensions=384):
    vectors = np.random.default_rng(seed).normal(size=(count, dimensions))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
