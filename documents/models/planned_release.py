"""What a release would take, as somebody asked: the plan, how far the forecast is, and what was foretold."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from documents.models.generation import EmbeddingModel, Generation

if TYPE_CHECKING:
    from documents.generations import Plan


class PlannedRelease(models.Model):
    model = models.ForeignKey(EmbeddingModel, on_delete=models.CASCADE, related_name="+")
    window_tokens = models.PositiveIntegerField()
    overlap_tokens = models.PositiveIntegerField()
    dimensions = models.PositiveIntegerField()
    quantisation = models.CharField(max_length=6, choices=Generation.Quantisation)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    # When a worker took it up last, and the share of the forecast that it has done.
    started_at = models.DateTimeField(null=True, blank=True)
    share = models.FloatField(default=0)
    # Empty until it is known, see documents.releases.forecast; or why there is none.
    forecast = models.JSONField(default=dict, blank=True)
    error_code = models.CharField(max_length=30, blank=True)
    error_detail = models.TextField(blank=True)
    # What was begun with it: once, however often the button is pressed.
    generation = models.OneToOneField(
        Generation, on_delete=models.SET_NULL, null=True, blank=True, related_name="planned"
    )

    def __str__(self) -> str:
        return f"{self.model} · {self.window_tokens}"

    @property
    def is_open(self) -> bool:
        """Whether the forecast is still being made, or waits for a worker."""
        return not self.forecast and not self.error_code

    @property
    def plan(self) -> "Plan":
        from documents.generations import Plan

        return Plan(self.model, self.window_tokens, self.overlap_tokens, self.dimensions, self.quantisation)
