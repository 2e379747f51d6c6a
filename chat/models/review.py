"""What staff think of answers: who holds which, their verdicts, and the answers they corrected."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.answer import Answer, Citation


class Review(models.Model):
    """One reviewer's opinion of one answer. While it has no end, the reviewer holds the answer alone."""

    class Verdict(models.TextChoices):
        GOOD = "good", _("Good")
        NEEDS_CORRECTION = "needs_correction", _("Needs correction")
        WRONG = "wrong", _("Wrong")

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    verdict = models.CharField(max_length=16, choices=Verdict, blank=True)
    note = models.TextField(blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    # Renewed by whatever the reviewer does; what nobody touched for long is free for others.
    touched_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # The reviewer is not sure and wants somebody else to look too.
    wants_second = models.BooleanField(default=False)
    # What the reviewer said before changing it, oldest first: {"at", "verdict", "note", "citations": {id: value}}.
    earlier = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer"], condition=models.Q(finished_at__isnull=True), name="one_holder_of_an_answer"
            ),
            models.UniqueConstraint(fields=["answer", "reviewer"], name="one_opinion_each"),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.verdict}"


class Verdict(models.Model):
    """What one reviewer says of one citation."""

    class Value(models.TextChoices):
        SUPPORTS = "supports", _("Supports")
        PARTLY = "partly", _("Supports partly")
        DOES_NOT = "does_not", _("Does not support")
        OUTDATED = "outdated", _("Outdated")

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="verdicts")
    citation = models.ForeignKey(Citation, on_delete=models.CASCADE, related_name="verdicts")
    value = models.CharField(max_length=8, choices=Value)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "citation"], name="one_verdict_per_citation")]

    def __str__(self) -> str:
        return f"{self.citation_id}: {self.value}"


class Correction(models.Model):
    """A reviewer's answer to a question, given again until a document that it rests on changes.

    It outlives the conversation that it was made for.
    """

    review = models.OneToOneField(Review, on_delete=models.SET_NULL, null=True, blank=True, related_name="correction")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Self-contained, with its words, by which equal and very similar questions are found.
    question = models.TextField()
    language = models.CharField(max_length=8, blank=True)
    terms = ArrayField(models.TextField(), default=list, blank=True)
    # With [n] marks; n counts `passages` from 1.
    text = models.TextField()
    # Where the passages that it rests on lie, as in Answer.passages.
    passages = models.JSONField(default=list, blank=True)
    # Ids of the documents of those passages; none when it only says that the documents have no answer.
    documents = ArrayField(models.BigIntegerField(), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # One of them was changed or deleted, or somebody took it back.
    expired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.question[:80]
