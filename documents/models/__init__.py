"""The tables of the write side, one module per noun."""

from documents.models.chunk import Chunk, Term
from documents.models.collection import Collection
from documents.models.document import Document, Page
from documents.models.embedding_use import EmbeddingUse
from documents.models.generation import EmbeddingModel, Generation
from documents.models.heartbeat import Heartbeat
from documents.models.job import IndexJob
from documents.models.planned_release import PlannedRelease

__all__ = [
    "Chunk",
    "Collection",
    "Document",
    "EmbeddingModel",
    "EmbeddingUse",
    "Generation",
    "Heartbeat",
    "IndexJob",
    "Page",
    "PlannedRelease",
    "Term",
]
