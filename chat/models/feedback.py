"""What employees say of an answer with one click."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.answer import Answer


class Feedback(models.Model):
    """One person's opinion of one answer; a new one replaces it."""

    class Reason(models.TextChoices):
        WRONG = "wrong", _("The answer is wrong")
        INCOMPLETE = "incomplete", _("Something is missing")
        SOURCE = "source", _("The source does not say this")
        OUTDATED = "outdated", _("It is out of date")
        OTHER = "other", _("Something else")

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="feedback")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    helpful = models.BooleanField()
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    comment = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "user"], name="one_feedback_each")]

    def __str__(self) -> str:
        return f"{self.answer_id}: {'+' if self.helpful else '-'}"
