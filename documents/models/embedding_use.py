"""What endpoints were asked for: the basis of what they cost."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models.generation import EmbeddingModel


class EmbeddingUse(models.Model):
    """One row for a model, a day and a purpose."""

    class Purpose(models.TextChoices):
        PASSAGES = "passages", _("Passages")
        QUERIES = "queries", _("Questions")

    model = models.ForeignKey(EmbeddingModel, on_delete=models.CASCADE, related_name="uses")
    day = models.DateField()
    purpose = models.CharField(max_length=8, choices=Purpose)
    requests = models.PositiveBigIntegerField(default=0)
    texts = models.PositiveBigIntegerField(default=0)
    tokens = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "day", "purpose"], name="one_row_for_a_day_of_use"),
        ]

    def __str__(self) -> str:
        return f"{self.model_id} {self.day} {self.purpose}: {self.tokens}"
