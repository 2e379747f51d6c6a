"""Questions that the documents did not answer, for the people who look after the documents."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from chat.models.answer import Answer
from documents.models import Collection

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


class GapQuerySet(models.QuerySet["Gap"]):
    def visible_to(self, user: "type_Reader") -> Self:
        """Staff see all, others what was asked of the collections that they edit."""
        if user.is_authenticated and user.is_active and user.is_staff:
            return self
        return self.filter(collections__overlap=list(Collection.objects.writable_by(user).values_list("pk", flat=True)))

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def like(self, gap: "Gap") -> Self:
        """All times that the same was asked."""
        return self.filter(terms=gap.terms, language=gap.language) if gap.terms else self.filter(pk=gap.pk)


class Gap(models.Model):
    """One unanswered question. Owners read the question and never who asked it."""

    # Kept when the conversation is deleted: the gap is still there.
    answer = models.OneToOneField(Answer, on_delete=models.SET_NULL, null=True, related_name="gap")
    question = models.TextField()
    language = models.CharField(max_length=8, blank=True)
    # Its telling words in order, by which the same question is known again.
    terms = ArrayField(models.TextField(), default=list, blank=True)
    # Ids of the collections that were asked and came nearest: their editors see it.
    collections = ArrayField(models.BigIntegerField(), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Somebody wrote what was missing, or decided that it does not belong here.
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # The documents have answered the same question since.
    answered_since = models.BooleanField(default=False)

    objects = GapQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [GinIndex(fields=["collections"], name="gap_by_collection")]

    def __str__(self) -> str:
        return self.question[:80]
