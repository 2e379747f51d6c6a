"""What an address of the chat names, for those who may read it; 404 for everybody else."""

from django.shortcuts import get_object_or_404

from chat.models import Answer, Conversation
from documents.views.requests import PersonRequest


def readable_conversation(request: PersonRequest, conversation_id: int) -> Conversation:
    return get_object_or_404(Conversation.objects.visible_to(request.user), pk=conversation_id)


def readable_answer(request: PersonRequest, answer_id: int) -> Answer:
    visible = Answer.objects.visible_to(request.user).select_related("message__conversation")
    return get_object_or_404(visible, pk=answer_id)
