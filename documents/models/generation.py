"""Embedding models and generations. A generation is one complete index; exactly one is active."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
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

    class Architecture(models.TextChoices):
        ENCODER = "encoder", _("Encoder")
        DECODER = "decoder", _("Decoder")

    class Pooling(models.TextChoices):
        MEAN = "mean", _("Mean of all tokens")
        FIRST = "first", _("First token")
        LAST = "last", _("Last token")

    provider = models.CharField(max_length=30, choices=Provider)
    # What the endpoint calls it; on disk the folder, or the name of the bundled one.
    name = models.CharField(max_length=200)
    # What the endpoint calls the one for questions, if that is another.
    query_name = models.CharField(max_length=200, blank=True)
    revision = models.CharField(max_length=80, blank=True)
    # Of an endpoint; its key stands in the environment under this name.
    # Hosts inside the company have names without a dot, which a URLField would refuse.
    base_url = models.CharField(max_length=200, blank=True)
    key_name = models.CharField(max_length=80, blank=True)
    dimensions = models.PositiveIntegerField()
    # Sizes that its vectors may be cut to.
    shorter_dimensions = ArrayField(models.PositiveIntegerField(), default=list, blank=True)
    max_tokens = models.PositiveIntegerField()
    query_prefix = models.CharField(max_length=200, blank=True)
    passage_prefix = models.CharField(max_length=200, blank=True)
    # Languages that the model was trained for; others are trusted only as far as they were measured.
    languages = ArrayField(models.CharField(max_length=5), default=list)
    licence = models.CharField(max_length=20, choices=Licence)
    # The licence by its own name: Apache-2.0, terms of service.
    licence_name = models.CharField(max_length=80, blank=True)
    architecture = models.CharField(max_length=8, choices=Architecture, blank=True)
    pooling = models.CharField(max_length=6, choices=Pooling, blank=True)
    # Of the weights on disk.
    size_mb = models.PositiveIntegerField(null=True, blank=True)
    # The oldest sentence-transformers that runs it.
    minimum_version = models.CharField(max_length=20, blank=True)
    # Where these facts stand, and when somebody read them there.
    source_url = models.URLField(blank=True)
    checked_on = models.DateField(null=True, blank=True)
    # Limits of an endpoint; None: none that is known.
    requests_per_minute = models.PositiveIntegerField(null=True, blank=True)
    tokens_per_minute = models.PositiveIntegerField(null=True, blank=True)
    price_per_million_tokens = models.DecimalField(max_digits=10, decimal_places=4, default=0)
    retires_on = models.DateField(null=True, blank=True)
    # When its endpoint said that there is no such model any more; None as long as it answers.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # One that the portal came with, not one that an admin added.
    is_shipped = models.BooleanField(default=False, editable=False)
    # Tokens of a character by its kind, as an endpoint counted them once, see documents.embedding.token_estimates.
    token_rates = models.JSONField(default=dict, blank=True)
    # First numbers of the vector of a fixed probe text: tells when a model was exchanged under its name.
    fingerprint = ArrayField(models.FloatField(), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "base_url", "name", "revision"], name="one_row_for_a_model"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_endpoint(self) -> bool:
        return self.provider == self.Provider.OPENAI

    @property
    def days_left(self) -> int | None:
        """Days until it retires, none or fewer if it has; None if no day is known."""
        return None if self.retires_on is None else (self.retires_on - timezone.localdate()).days

    @property
    def is_withdrawn(self) -> bool:
        """Whether it gives no vectors any more: its endpoint said so, or its last day has come."""
        return self.withdrawn_at is not None or (self.days_left is not None and self.days_left <= 0)


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

    def complete(self) -> Self:
        """Generations that hold the whole library: the one that answers, and those that could take its place."""
        return self.live().exclude(state=Generation.State.BUILDING)


class Generation(models.Model):
    class State(models.TextChoices):
        BUILDING = "building", _("Being built")
        READY = "ready", _("Ready")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    class Quantisation(models.TextChoices):
        HALF = "half", _("Half precision")
        BINARY = "binary", _("One bit for each number, the best compared exactly")

    model = models.ForeignKey(EmbeddingModel, on_delete=models.PROTECT, related_name="generations")
    state = models.CharField(max_length=10, choices=State, default=State.BUILDING)
    is_scratch = models.BooleanField(default=False, editable=False)
    window_tokens = models.PositiveIntegerField()
    overlap_tokens = models.PositiveIntegerField()
    # Of its vectors: those of the model, or one of its shorter sizes.
    dimensions = models.PositiveIntegerField()
    quantisation = models.CharField(max_length=6, choices=Quantisation, default=Quantisation.HALF)
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
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # While it is being built: no job of it is begun.
    paused_at = models.DateTimeField(null=True, blank=True)
    # How long all its pauses took that are over.
    paused_s = models.FloatField(default=0)
    # When all its jobs had ended and its indexes stood.
    built_at = models.DateTimeField(null=True, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    # What was foretold before it was begun, see documents.releases.forecast.
    forecast = models.JSONField(default=dict, blank=True)
    # Windows whose vectors were computed for it, and those that were copied from another generation of its model.
    computed_count = models.PositiveBigIntegerField(default=0)
    copied_count = models.PositiveBigIntegerField(default=0)
    # Who let it be completed without the documents that failed, and when.
    failures_accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    failures_accepted_at = models.DateTimeField(null=True, blank=True)

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
