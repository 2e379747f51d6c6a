"""The tables of the write side, one module per noun."""

from documents.models.chunk import Chunk, Term
from documents.models.collection import Collection
from documents.models.document import Document, Page
from documents.models.generation import EmbeddingModel, Generation
from documents.models.heartbeat import Heartbeat
from documents.models.job import IndexJob

__all__ = ["Chunk", "Collection", "Document", "EmbeddingModel", "Generation", "Heartbeat", "IndexJob", "Page", "Term"]
