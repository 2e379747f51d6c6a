"""Questions that the documents did not answer, for the people who look after the documents."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from chat.models.answer import Answer


class Gap(models.Model):
    """One unanswered question. Owners read the question and never who asked it."""

    # Kept when the conversation is deleted: the gap is still there.
    answer = models.OneToOneField(Answer, on_delete=models.SET_NULL, null=True, related_name="gap")
    question = models.TextField()
    language = models.CharField(max_length=8, blank=True)
    # Ids of the collections that were asked and came nearest: their editors see it.
    collections = ArrayField(models.BigIntegerField(), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Somebody wrote what was missing, or decided that it does not belong here.
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.question[:80]
