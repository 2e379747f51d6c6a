"""Conversations that colleagues may read along: each sees what the documents behind them are open to."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from chat import conversations
from chat.transcript import turns
from chat.views.conversations import chosen_version
from chat.views.requests import readable_conversation, shared_conversation
from documents.views.requests import PersonRequest


@require_POST
def share_conversation(request: PersonRequest, conversation_id: int) -> HttpResponse:
    found = readable_conversation(request, conversation_id)
    if request.POST.get("shared") == "yes":
        conversations.share(found)
    else:
        conversations.end_sharing(found)
    return redirect(found)


@never_cache
@require_safe
def shared(request: PersonRequest, share_key: UUID) -> HttpResponse:
    found = shared_conversation(share_key)
    shown = turns(found, request.user, chosen_version(request))
    conversations.count_as_seen(turn.shown.answer.pk for turn in shown)
    context: dict[str, object] = {"conversation": found, "turns": shown, "is_own": found.user_id == request.user.pk}
    context |= {"owner": found.user.get_full_name() or found.user.get_username(), "read_only": True}
    return render(request, "chat/shared.html", context)
