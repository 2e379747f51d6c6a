"""The truth about ingestion: one row for the work that makes one document searchable in one generation."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models.document import Document
from documents.models.generation import Generation


class IndexJobQuerySet(models.QuerySet["IndexJob"]):
    def unfinished(self) -> Self:
        return self.filter(state__in=[IndexJob.State.QUEUED, IndexJob.State.RUNNING])


class IndexJob(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    class Stage(models.TextChoices):
        EXTRACT = "extract", _("Reading the file")
        WINDOW = "window", _("Cutting into passages")
        EMBED = "embed", _("Computing vectors")
        SWAP = "swap", _("Entering into the index")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="jobs")
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="jobs")
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.EXTRACT)
    # Counts claims; every write of a worker names the attempt it belongs to, so that a late one writes nothing.
    attempt = models.PositiveIntegerField(default=0)
    # Claims since a person last asked for the work; three are enough.
    tries = models.PositiveIntegerField(default=0)
    # Who claimed it, "host:process:start", so that a worker that is gone is noticed before its lease ends.
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    # When the last message was sent; the reconciler sends another one if nobody came.
    hinted_at = models.DateTimeField(null=True, blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=30, blank=True)
    # Technical detail for admins; the plain words come from documents.failures.explain(error_code).
    error_detail = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = IndexJobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "generation"], name="one_job_for_a_document_in_a_generation"),
        ]
        indexes = [
            models.Index(
                fields=["state", "lease_until"],
                name="open_jobs",
                condition=models.Q(state__in=["queued", "running"]),
            ),
            # The next one of a generation is looked for before every job.
            models.Index(
                fields=["generation", "created_at", "id"], name="queued_jobs", condition=models.Q(state="queued")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} in {self.generation_id}: {self.state}"
