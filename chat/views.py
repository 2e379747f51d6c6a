"""Pages of the chat, and the stream of one answer. Everything here works without JavaScript too."""

from typing import TYPE_CHECKING

from asgiref.sync import async_to_sync
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chat import answers, conversations, streaming
from chat.forms import QuestionForm, TitleForm, asked_collections
from chat.models import Answer, Conversation
from chat.suggestions import suggestions
from chat.transcript import turns
from documents.models import Collection, Document
from documents.views.requests import PersonRequest

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


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
    found = _conversation(request, conversation_id)
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
    found = _conversation(request, conversation_id)
    form = TitleForm(request.POST)
    if form.is_valid():
        Conversation.objects.filter(pk=found.pk).update(title=form.cleaned_data["title"])
    return redirect(found)


@require_POST
def widen_conversation(request: PersonRequest, conversation_id: int) -> HttpResponse:
    """From now on ask all that the person may read."""
    found = _conversation(request, conversation_id)
    Conversation.objects.filter(pk=found.pk).update(collections=[])
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_conversation(request: PersonRequest, conversation_id: int) -> HttpResponse:
    found = _conversation(request, conversation_id)
    if request.method == "POST":
        found.delete()
        return redirect("chat:ask")
    return render(request, "chat/delete_conversation.html", {"conversation": found})


@require_GET
def answer_stream(request: PersonRequest, answer_id: int) -> HttpResponseBase:
    answer = _answer(request, answer_id)
    events = streaming.server_sent(answer.pk, request.user, get_language() or "")
    return StreamingHttpResponse(events, content_type="text/event-stream", headers=streaming.HEADERS)


@require_POST
def answer_write(request: PersonRequest, answer_id: int) -> HttpResponse:
    """Write the whole answer at once, for a browser that cannot read a stream."""
    answer = _answer(request, answer_id)
    async_to_sync(_drain)(answer.pk, request.user)
    return redirect(answer.message.conversation)


@require_POST
def answer_stop(request: PersonRequest, answer_id: int) -> HttpResponse:
    answer = _answer(request, answer_id)
    Answer.objects.request_stop(answer.pk)
    return redirect(answer.message.conversation)


@require_POST
def answer_again(request: PersonRequest, answer_id: int) -> HttpResponse:
    answer = _answer(request, answer_id)
    conversations.ask_again(answer.message)
    return redirect(answer.message.conversation)


async def _drain(answer_id: int, reader: "AbstractUser") -> None:
    async for _event in answers.write(answer_id, reader):
        pass


def _to_latest(conversation: Conversation) -> HttpResponse:
    return redirect(f"{conversation.get_absolute_url()}#latest")


def _conversation(request: PersonRequest, conversation_id: int) -> Conversation:
    return get_object_or_404(Conversation.objects.visible_to(request.user), pk=conversation_id)


def _answer(request: PersonRequest, answer_id: int) -> Answer:
    visible = Answer.objects.visible_to(request.user).select_related("message__conversation")
    return get_object_or_404(visible, pk=answer_id)
