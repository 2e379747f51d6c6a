"""Asking and reading. Everything here works without JavaScript too."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from chat import conversations, running
from chat.asked import asked_of, choice
from chat.forms import QuestionForm
from chat.models import Answer, Conversation
from chat.next_questions import next_questions
from chat.suggestions import suggestions
from chat.transcript import Turn, turns
from chat.views.requests import readable_conversation, readable_message, to_latest
from documents.models import Document
from documents.sent_keys import key_of
from documents.views.requests import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PersonRequest) -> HttpResponse:
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = asked_of(request.POST, request.user)
        question = form.cleaned_data["question"]
        return redirect(conversations.start(request.user, question, asked.collections, asked.documents, form.key))
    documents = Document.objects.visible_to(request.user)
    context = {
        "form": form,
        "form_key": uuid4(),
        "choice": choice(request.user),
        "has_documents": documents.filter(state=Document.State.READY).exists(),
        "suggestions": suggestions(request.user, get_language() or ""),
    }
    return render(request, "chat/ask.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: PersonRequest, conversation_id: int) -> HttpResponse:
    found = readable_conversation(request, conversation_id)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _ask_on(request, found, form)
    Answer.objects.end_abandoned()
    shown = turns(found, request.user, chosen_version(request))
    conversations.count_as_seen(turn.shown.answer.pk for turn in shown)
    running.expect(turn.shown.answer.pk for turn in shown)
    return render(request, "chat/conversation.html", _page(request, found, shown, form))


@require_POST
def reword_question(request: PersonRequest, message_id: int) -> HttpResponse:
    message = readable_message(request, message_id)
    form = QuestionForm(request.POST)
    if form.is_valid():
        conversations.reword(message, form.cleaned_data["question"], form.key)
    return to_latest(message.conversation)


def chosen_version(request: HttpRequest) -> int | None:
    """The answer that somebody turned to."""
    return key_of(request.GET.get("version", ""))


def _ask_on(request: PersonRequest, found: Conversation, form: QuestionForm) -> HttpResponse:
    asked = asked_of(request.POST, request.user)
    # What may no longer be read cannot be ticked; that is no wish to ask everything.
    if request.POST.get("picker") == "all" or asked.is_narrow:
        conversations.narrow(found, asked.collections, asked.documents)
    after = found.messages.filter(pk=form.cleaned_data["after"]).first()
    conversations.ask_on(found, form.cleaned_data["question"], after, form.key)
    return to_latest(found)


def _page(request: PersonRequest, found: Conversation, shown: list[Turn], form: QuestionForm) -> dict[str, object]:
    latest = shown[-1] if shown else None
    asked = [turn.message.text for turn in shown]
    version = chosen_version(request)
    return {
        "conversation": found,
        "turns": shown,
        "latest": latest,
        "next_questions": next_questions(latest.shown, asked) if latest else [],
        "choice": choice(request.user, found),
        "form": form,
        "form_key": uuid4(),
        "next_key": uuid4(),
        "reword_key": uuid4(),
        "version_query": f"?version={version}" if version else "",
        "share_address": _share_address(request, found),
    }


def _share_address(request: PersonRequest, found: Conversation) -> str:
    return request.build_absolute_uri(reverse("chat:shared", args=[found.share_key])) if found.share_key else ""
