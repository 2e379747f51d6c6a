"""Answers and their citations. A citation is frozen: it outlives the passage that it quotes."""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from chat.models.conversation import Conversation, Message
from documents.models import Collection, Document

if TYPE_CHECKING:
    from chat.models.conversation import type_Reader

# A process that writes says so about every second; one that has not for so long is dead.
ABANDONED_AFTER = timedelta(seconds=60)


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: "type_Reader") -> Self:
        return self.filter(message__conversation__in=Conversation.objects.visible_to(user))

    def claim(self, pk: int) -> bool:
        """True for the one caller that may write this answer."""
        free = self.filter(pk=pk, state=Answer.State.STREAMING, claimed_at__isnull=True)
        return free.update(claimed_at=Now()) == 1

    def request_stop(self, pk: int) -> None:
        """An answer nobody writes is stopped at once; one that is being written ends as stopped."""
        streaming = self.filter(pk=pk, state=Answer.State.STREAMING)
        # In this order: one that is claimed between the two is told by the second.
        streaming.filter(claimed_at__isnull=True).update(
            state=Answer.State.STOPPED, stop_requested_at=Now(), finished_at=Now()
        )
        streaming.filter(claimed_at__isnull=False).update(stop_requested_at=Now())

    def end_abandoned(self) -> int:
        """Close the answers whose writer died without saying so."""
        last_heard = Coalesce("heard_at", "claimed_at")
        claimed = self.filter(state=Answer.State.STREAMING, claimed_at__isnull=False)
        lost = claimed.alias(last_heard=last_heard).filter(last_heard__lt=Now() - ABANDONED_AFTER)
        return lost.update(state=Answer.State.INTERRUPTED, error_code="cut", finished_at=Now())


class Answer(models.Model):
    class State(models.TextChoices):
        STREAMING = "streaming", _("Being written")
        COMPLETE = "complete", _("Complete")
        STOPPED = "stopped", _("Stopped")
        INTERRUPTED = "interrupted", _("Interrupted")
        FAILED = "failed", _("Failed")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="answers")
    state = models.CharField(max_length=11, choices=State, default=State.STREAMING)
    # With [n] marks; n counts `passages` from 1.
    text = models.TextField(blank=True)
    grounded = models.BooleanField(default=False)
    # What spoke for an answer in the passages found, 0..1: too little is a refusal.
    evidence = models.FloatField(null=True, blank=True)
    # Name of the language model; empty when the answer was quoted from the documents.
    model = models.CharField(max_length=200, blank=True)
    prompt_version = models.CharField(max_length=20, blank=True)
    error_code = models.CharField(max_length=30, blank=True)
    # The leg of the search that was missing, if one was.
    degraded = models.CharField(max_length=10, blank=True)
    generation_id = models.BigIntegerField(null=True, blank=True)
    # The numbered sources: where each passage lies, never its text.
    passages = models.JSONField(default=list, blank=True)
    # The corrected answer of a reviewer that was given instead of a new one.
    correction = models.ForeignKey(
        "chat.Correction", on_delete=models.SET_NULL, null=True, blank=True, related_name="reused"
    )
    # What the language model counted and costs, in the currency of LLM_INPUT_PRICE; unknown when it does not say.
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    cost = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    # The server did not count the tokens, so the portal estimated them.
    tokens_are_estimated = models.BooleanField(default=False)
    # From when the language model takes requests again, where it said so.
    retry_at = models.DateTimeField(null=True, blank=True)
    # How often somebody opened it.
    seen = models.PositiveIntegerField(default=0)
    # Orders the review queue, see chat.risk.
    risk = models.FloatField(default=0.0, db_index=True)
    milliseconds = models.PositiveIntegerField(default=0)
    # From the beginning of its writing to the first word that the reader saw; None where there was none.
    first_word_ms = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    # When its writer last said that it is still at work.
    heard_at = models.DateTimeField(null=True, blank=True)
    stop_requested_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["created_at"], name="answers_by_time"),
            # Few at any time, and looked for all the time: those whose writer may have died.
            models.Index(fields=["claimed_at"], condition=models.Q(state="streaming"), name="answers_being_written"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.state}"

    @property
    def is_streaming(self) -> bool:
        return self.state == self.State.STREAMING

    @property
    def is_quoted(self) -> bool:
        return not self.model and self.correction_id is None

    @property
    def seconds(self) -> float:
        return self.milliseconds / 1000


class Citation(models.Model):
    """One mark in an answer and the sentence of a document that stands behind it."""

    class Finding(models.TextChoices):
        SUPPORTED = "supported", _("Supported")
        UNVERIFIED = "unverified", _("Unverified")
        # The source has another number, date or amount than the answer.
        CONTRADICTED = "contradicted", _("Contradicted")

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="citations")
    number = models.PositiveIntegerField()
    document = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, related_name="+")
    collection = models.ForeignKey(Collection, on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=300)
    file_name = models.CharField(max_length=255)
    page = models.PositiveIntegerField()
    # Of the quote, in the document's text.
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    quote_hash = models.CharField(max_length=64)
    # Of the mark, and of the words it stands for, in the answer's text.
    mark_start = models.PositiveIntegerField()
    mark_end = models.PositiveIntegerField()
    sentence_start = models.PositiveIntegerField()
    sentence_end = models.PositiveIntegerField()
    # What the support check says, 0..1, from which features by name, and what follows from it.
    support = models.FloatField()
    features = models.JSONField(default=dict, blank=True)
    finding = models.CharField(max_length=12, choices=Finding, default=Finding.SUPPORTED)

    class Meta:
        ordering = ["mark_start", "pk"]

    def __str__(self) -> str:
        return f"[{self.number}] {self.title}"
