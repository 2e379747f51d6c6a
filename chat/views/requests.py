"""What an address of the chat names, for those who may read it; 404 for everybody else."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from chat.models import Answer, Conversation, Message
from documents.views.requests import PersonRequest


def readable_conversation(request: PersonRequest, conversation_id: int) -> Conversation:
    return get_object_or_404(Conversation.objects.visible_to(request.user), pk=conversation_id)


def shared_conversation(share_key: UUID) -> Conversation:
    """For everybody who is signed in and was given the address."""
    return get_object_or_404(Conversation.objects.select_related("user"), share_key=share_key)


def readable_message(request: PersonRequest, message_id: int) -> Message:
    own = Message.objects.filter(conversation__in=Conversation.objects.visible_to(request.user))
    return get_object_or_404(own.select_related("conversation", "follows"), pk=message_id)


def readable_answer(request: PersonRequest, answer_id: int) -> Answer:
    visible = Answer.objects.visible_to(request.user).select_related("message__conversation")
    return get_object_or_404(visible, pk=answer_id)


def to_answer(answer: Answer) -> HttpResponse:
    """The conversation along the line of this answer, scrolled to it."""
    conversation = answer.message.conversation
    return redirect(f"{conversation.get_absolute_url()}?version={answer.pk}#answer-{answer.pk}")


def to_latest(conversation: Conversation) -> HttpResponse:
    return redirect(f"{conversation.get_absolute_url()}#latest")
