"""Pages of the chat. Everything here works without JavaScript too."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from chat import conversations
from chat.forms import QuestionForm, TitleForm, asked_collections
from chat.models import Answer, Conversation
from chat.suggestions import suggestions
from chat.transcript import turns
from chat.views.requests import readable_conversation
from documents.models import Collection, Document
from documents.views.requests import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PersonRequest) -> HttpResponse:
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = asked_collections(request.POST, request.user)
        return redirect(conversations.start(request.user, form.cleaned_data["question"], asked))
    documents = Document.objects.visible_to(request.user)
    context = {
        "form": form,
        "has_documents": documents.filter(state=Document.State.READY).exists(),
        "suggestions": suggestions(request.user, get_language() or ""),
    }
    return render(request, "chat/ask.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: PersonRequest, conversation_id: int) -> HttpResponse:
    found = readable_conversation(request, conversation_id)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        conversations.ask_on(found, form.cleaned_data["question"])
        return _to_latest(found)
    Answer.objects.end_abandoned()
    shown = turns(found, request.user)
    context = {
        "conversation": found,
        "asked": Collection.objects.visible_to(request.user).filter(pk__in=found.collections),
        "turns": shown,
        "latest": shown[-1] if shown else None,
        "form": form,
    }
    return render(request, "chat/conversation.html", context)


@require_POST
def rename_conversation(request: PersonRequest, conversation_id: int) -> HttpResponse:
    found = readable_conversation(request, conversation_id)
    form = TitleForm(request.POST)
    if form.is_valid():
        Conversation.objects.filter(pk=found.pk).update(title=form.cleaned_data["title"])
    return redirect(found)


@require_POST
def widen_conversation(request: PersonRequest, conversation_id: int) -> HttpResponse:
    """From now on ask all that the person may read."""
    found = readable_conversation(request, conversation_id)
    Conversation.objects.filter(pk=found.pk).update(collections=[])
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_conversation(request: PersonRequest, conversation_id: int) -> HttpResponse:
    found = readable_conversation(request, conversation_id)
    if request.method == "POST":
        found.delete()
        return redirect("chat:ask")
    return render(request, "chat/delete_conversation.html", {"conversation": found})


def _to_latest(conversation: Conversation) -> HttpResponse:
    return redirect(f"{conversation.get_absolute_url()}#latest")
