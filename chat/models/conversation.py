"""Conversations and the questions in them."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser, AnonymousUser

    type_Reader = AbstractUser | AnonymousUser


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: "type_Reader") -> Self:
        """A conversation is its owner's alone; staff see no more than their own either."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()


class Conversation(models.Model):
    class Origin(models.TextChoices):
        PAGE = "page", _("Portal")
        API = "api", _("Programs")
        # Programs that take the portal for a language model; each of their questions is a conversation.
        COMPLETIONS = "completions", _("Chat programs")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    # Ids of the collections that are asked; none means all that its owner may read.
    collections = ArrayField(models.BigIntegerField(), default=list, blank=True)
    # Ids of single documents that are asked; none means all of those collections.
    documents = ArrayField(models.BigIntegerField(), default=list, blank=True)
    # Through what it was begun.
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.PAGE, db_default=Origin.PAGE)
    pinned_at = models.DateTimeField(null=True, blank=True)
    # In the address under which colleagues may read along, each what they may see; none while it is not shared.
    share_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
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
    # The question that this one was asked after; none for the first. Wordings of one question have the same.
    follows = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="followed_by")
    # The wording that this one was made from; the conversation goes on from the newest.
    edited_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="edits")
    # Of the form that it was sent with: a second click on it asks nothing new.
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:80]

    def before(self, most: int) -> "list[Message]":
        """The questions that led to this one, the oldest first, in the wordings that were gone on from."""
        known = {message.pk: message for message in Message.objects.filter(conversation=self.conversation_id)}
        found: list[Message] = []
        last = known.get(self.follows_id or 0)
        while last is not None and len(found) < most:
            found.append(last)
            last = known.get(last.follows_id or 0)
        return found[::-1]
