"""What is kept of measured runs: the run with its questions, and a row for each index that was measured."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models import EmbeddingModel, Generation


class EvaluationRunQuerySet(models.QuerySet["EvaluationRun"]):
    def unfinished(self) -> Self:
        return self.filter(state__in=[EvaluationRun.State.QUEUED, EvaluationRun.State.RUNNING])


class EvaluationRun(models.Model):
    """One measured run: the same questions, asked of the same documents in several indexes."""

    class Kind(models.TextChoices):
        BENCH = "bench", _("Bench")
        COMPARISON = "comparison", _("Comparison")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Being measured")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.BENCH)
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    # See search.bench.wishes: which sets in which versions, how many windows, how many questions.
    wishes = models.JSONField(default=dict)
    # The questions as they were asked, with what answered them then.
    questions = models.JSONField(default=list, blank=True)
    # Documents, windows and characters that were searched; the same for all rows.
    corpus = models.JSONField(default=dict, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    # Counts claims; a process that lost its lease writes nothing.
    attempt = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    step = models.CharField(max_length=20, blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    # Technical detail for admins.
    error = models.TextField(blank=True)
    # The index that is measured now and dropped behind; left by a process that was killed.
    scratch = models.ForeignKey(Generation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = EvaluationRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="running"), name="one_evaluation_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.state}"


class EvaluationRow(models.Model):
    """One index of a run: a generation, or what one would be like. It keeps what it was when both are gone."""

    run = models.ForeignKey(EvaluationRun, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    # None: a candidate, measured in an index of its own; or a generation that was dropped since.
    generation = models.ForeignKey(Generation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    is_candidate = models.BooleanField(default=False)
    model = models.ForeignKey(EmbeddingModel, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # The generation's number at that time.
    number = models.PositiveBigIntegerField(null=True, blank=True)
    model_name = models.CharField(max_length=200)
    window_tokens = models.PositiveIntegerField()
    overlap_tokens = models.PositiveIntegerField()
    dimensions = models.PositiveIntegerField()
    quantisation = models.CharField(max_length=6, choices=Generation.Quantisation)
    measured_at = models.DateTimeField(null=True, blank=True)
    # See search.bench.figures.
    figures = models.JSONField(default=dict, blank=True)
    # Question -> what hybrid search found, best first, see search.bench.asking.
    found = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="one_row_in_a_place")]

    def __str__(self) -> str:
        return f"{self.run_id}.{self.position}: {self.model_name}"

    def facts(self) -> dict[str, Any]:
        """What it was, for files."""
        names = ("number", "model_name", "window_tokens", "overlap_tokens", "dimensions", "quantisation")
        return {name: getattr(self, name) for name in names}
