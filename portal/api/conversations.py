"""Conversations of one's own, whether they were begun on the pages or by a program."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status

from chat.models import Answer, Conversation
from chat.transcript import Turn, turns
from documents.views.requests import PersonRequest
from portal.api.answers import AnswerOut, told
from portal.api.bearer import needs
from portal.api.listing import Limit, Offset, Part, part
from portal.api.reach import found
from portal.models import ApiToken

router = Router(tags=["Conversations"])

ASK = needs(ApiToken.Scope.ASK)


class ConversationOut(Schema):
    id: int
    title: str
    origin: str
    collections: list[int]
    documents: list[int]
    created_at: datetime
    asked_at: datetime
    url: str


class Conversations(Part):
    items: list[ConversationOut]


class TurnOut(Schema):
    message_id: int
    question: str
    answer: AnswerOut


class WholeConversation(ConversationOut):
    turns: list[TurnOut]


@router.get("/conversations", response=Conversations, summary="List own conversations", **ASK)
def list_conversations(request: PersonRequest, limit: Limit = 50, offset: Offset = 0) -> Conversations:
    """The last asked first."""
    rows, figures = part(Conversation.objects.visible_to(request.user), limit, offset)
    return Conversations(items=[ConversationOut(**_facts(row, request)) for row in rows], **figures)


@router.get("/conversations/{conversation_id}", response=WholeConversation, summary="One conversation", **ASK)
def read_conversation(request: PersonRequest, conversation_id: int) -> WholeConversation:
    """With its questions and their latest answers, as the person may see them now."""
    conversation = found(Conversation.objects.visible_to(request.user), conversation_id)
    Answer.objects.end_abandoned()
    exchanges = [_turn(turn, request) for turn in turns(conversation, request.user)]
    return WholeConversation(turns=exchanges, **_facts(conversation, request))


@router.delete("/conversations/{conversation_id}", response={204: None}, summary="Delete a conversation", **ASK)
def delete_conversation(request: PersonRequest, conversation_id: int) -> Status[None]:
    found(Conversation.objects.visible_to(request.user), conversation_id).delete()
    return Status(204, None)


def _turn(turn: Turn, request: PersonRequest) -> TurnOut:
    return TurnOut(
        message_id=turn.message.pk,
        question=turn.message.text,
        answer=told(turn.shown, request.build_absolute_uri),
    )


def _facts(conversation: Conversation, request: PersonRequest) -> dict[str, Any]:
    return {
        "id": conversation.pk,
        "title": conversation.title,
        "origin": conversation.origin,
        "collections": conversation.collections,
        "documents": conversation.documents,
        "created_at": conversation.created_at,
        "asked_at": conversation.asked_at,
        "url": request.build_absolute_uri(conversation.get_absolute_url()),
    }
