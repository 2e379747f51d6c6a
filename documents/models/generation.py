"""Embedding models and generations. A generation is one complete index; exactly one is active."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from documents.terms import Pivots


class EmbeddingModel(models.Model):
    class Provider(models.TextChoices):
        SENTENCE_TRANSFORMERS = "sentence-transformers", "sentence-transformers"
        OPENAI = "openai", _("OpenAI-compatible endpoint")

    class Licence(models.TextChoices):
        OPEN_SOURCE = "open-source", _("Open source")
        OPEN_WEIGHTS = "open-weights", _("Open weights")
        PROPRIETARY = "proprietary", _("Proprietary")

    provider = models.CharField(max_length=30, choices=Provider)
    name = models.CharField(max_length=200)
    revision = models.CharField(max_length=80, blank=True)
    dimensions = models.PositiveIntegerField()
    max_tokens = models.PositiveIntegerField()
    query_prefix = models.CharField(max_length=200, blank=True)
    passage_prefix = models.CharField(max_length=200, blank=True)
    # Languages that the model was trained for; others are trusted only as far as they were measured.
    languages = ArrayField(models.CharField(max_length=5), default=list)
    licence = models.CharField(max_length=20, choices=Licence)
    price_per_million_tokens = models.DecimalField(max_digits=10, decimal_places=4, default=0)
    retires_on = models.DateField(null=True, blank=True)
    # First numbers of the vector of a fixed probe text: tells when a model was exchanged under its name.
    fingerprint = ArrayField(models.FloatField(), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "name", "revision"], name="one_row_for_a_model"),
        ]

    def __str__(self) -> str:
        return self.name


class GenerationQuerySet(models.QuerySet["Generation"]):
    def active(self) -> "Generation":
        """The generation that answers. Raises Generation.DoesNotExist before the first migration."""
        return self.select_related("model").get(state=Generation.State.ACTIVE)

    def live(self) -> Self:
        """Generations that a new document has to enter."""
        return self.filter(
            state__in=[Generation.State.BUILDING, Generation.State.READY, Generation.State.ACTIVE],
            is_scratch=False,
        )


class Generation(models.Model):
    class State(models.TextChoices):
        BUILDING = "building", _("Being built")
        READY = "ready", _("Ready")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    model = models.ForeignKey(EmbeddingModel, on_delete=models.PROTECT, related_name="generations")
    state = models.CharField(max_length=10, choices=State, default=State.BUILDING)
    is_scratch = models.BooleanField(default=False, editable=False)
    window_tokens = models.PositiveIntegerField()
    overlap_tokens = models.PositiveIntegerField()
    analyser = models.CharField(max_length=80)
    # Mean lengths that BM25 normalises with; 0 until the first document is indexed.
    word_pivot = models.FloatField(default=0)
    bigram_pivot = models.FloatField(default=0)
    chunk_count = models.PositiveBigIntegerField(default=0)
    word_total = models.PositiveBigIntegerField(default=0)
    bigram_total = models.PositiveBigIntegerField(default=0)
    # language -> mean reciprocal rank, see search.calibration
    calibration = models.JSONField(default=dict, blank=True)
    # language -> what was asked and what came back, see search.evidence
    calibration_evidence = models.JSONField(default=dict, blank=True)
    calibrated_chunks = models.PositiveBigIntegerField(default=0)
    calibrated_at = models.DateTimeField(null=True, blank=True)
    # Somebody wants it measured again, until it is.
    calibration_asked_at = models.DateTimeField(null=True, blank=True)
    # Chunks that ever came or went: the count alone says nothing of what was replaced.
    content_changes = models.PositiveBigIntegerField(default=0)
    calibrated_changes = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    activated_at = models.DateTimeField(null=True, blank=True)

    objects = GenerationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="active"), name="exactly_one_active_generation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.model}"

    @property
    def partition(self) -> str:
        """Name of the table partition that holds this generation's chunks."""
        return f"documents_chunk_g{self.pk}"

    @property
    def pivots(self) -> "Pivots":
        from documents.terms import Pivots

        return Pivots(words=self.word_pivot, bigrams=self.bigram_pivot)
