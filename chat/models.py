"""Conversations, answers and their citations.

A citation is frozen: it outlives the passage that it quotes.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.models import Collection, Document

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser, AnonymousUser

    type_Reader = AbstractUser | AnonymousUser

# A stream that has not ended after this long died with its process: longer than any model's deadline.
ABANDONED_AFTER = timedelta(minutes=5)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: "type_Reader") -> Self:
        """A conversation is its owner's alone; staff see no more than their own either."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()


class Conversation(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    # Ids of the collections that are asked; none means all that its owner may read.
    collections = ArrayField(models.BigIntegerField(), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # When something was last asked; orders the list.
    asked_at = models.DateTimeField(auto_now_add=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["user", "-asked_at"], name="conversation_by_age")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("chat:conversation", args=[self.pk])


class Message(models.Model):
    """One question of a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    text = models.TextField()
    # The question made self-contained, so that a follow-up can be searched for; empty until it was searched.
    standalone_question = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:80]


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
        streaming.filter(claimed_at__isnull=False).update(stop_requested_at=Now())
        streaming.filter(claimed_at__isnull=True).update(
            state=Answer.State.STOPPED, stop_requested_at=Now(), finished_at=Now()
        )

    def end_abandoned(self) -> int:
        """Close the answers whose writer died without saying so."""
        lost = self.filter(state=Answer.State.STREAMING, claimed_at__lt=Now() - ABANDONED_AFTER)
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
    # Name of the language model; empty when the answer was quoted from the documents.
    model = models.CharField(max_length=200, blank=True)
    prompt_version = models.CharField(max_length=20, blank=True)
    error_code = models.CharField(max_length=30, blank=True)
    # The leg of the search that was missing, if one was.
    degraded = models.CharField(max_length=10, blank=True)
    generation_id = models.BigIntegerField(null=True, blank=True)
    # The numbered sources: where each passage lies, never its text.
    passages = models.JSONField(default=list, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    stop_requested_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.pk}: {self.state}"

    @property
    def is_streaming(self) -> bool:
        return self.state == self.State.STREAMING

    @property
    def is_quoted(self) -> bool:
        return not self.model

    @property
    def seconds(self) -> float:
        return self.milliseconds / 1000


class Citation(models.Model):
    """One mark in an answer and the sentence of a document that stands behind it."""

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
    support = models.FloatField()

    class Meta:
        ordering = ["mark_start", "pk"]

    def __str__(self) -> str:
        return f"[{self.number}] {self.title}"
