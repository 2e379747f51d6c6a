"""The index itself. `documents_chunk` is partitioned by generation; its indexes are made by documents.generations."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from pgvector.django import HalfVectorField, SparseVectorField

from documents.models.collection import Collection
from documents.models.document import Document
from documents.models.generation import Generation


class Chunk(models.Model):
    """One window of one document in one generation. Offsets count characters of the document's text."""

    pk = models.CompositePrimaryKey("generation_id", "id")
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="+")
    id = models.BigIntegerField()
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    # Repeated from the document so that the nearest-neighbour query needs no join.
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="+")
    ordinal = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    page = models.PositiveIntegerField()
    language = models.CharField(max_length=5)
    text_hash = models.BigIntegerField()
    term_ids = ArrayField(models.IntegerField())
    bm25 = SparseVectorField(dimensions=1_000_000_000)
    text = models.TextField()
    heading = models.TextField(blank=True)
    # How often each term occurs, by field: words, bigrams, context.
    terms = models.JSONField()
    embedding = HalfVectorField(null=True)

    class Meta:
        managed = False
        db_table = "documents_chunk"

    def __str__(self) -> str:
        return f"{self.document_id}[{self.start}:{self.end}]"


class Term(models.Model):
    """How many chunks of a generation hold a term, and the largest weight that it has in any of them."""

    pk = models.CompositePrimaryKey("generation_id", "id")
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="+")
    # The term's dimension in `Chunk.bm25`; the field's name is part of what is hashed.
    id = models.IntegerField()
    text = models.CharField(max_length=100)
    df = models.IntegerField()
    max_weight = models.FloatField()

    def __str__(self) -> str:
        return f"{self.text} ({self.df})"
