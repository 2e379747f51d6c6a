"""The page of all own conversations, and what may be done with each of them."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import conversations, history
from chat.asked import asked_of
from chat.forms import TitleForm
from chat.models import Conversation
from chat.views.requests import readable_conversation
from documents.views.requests import PersonRequest


@require_safe
def conversation_list(request: PersonRequest) -> HttpResponse:
    found = history.page(
        request.user,
        request.GET.get("q", ""),
        request.GET.get("page", ""),
        timezone.localdate(),
        of_programs=request.GET.get("from") == "programs",
    )
    template = "chat/_history.html" if request.htmx else "chat/history.html"
    return render(request, template, {"history": found})


@require_POST
def rename_conversation(request: PersonRequest, conversation_id: int) -> HttpResponse:
    found = readable_conversation(request, conversation_id)
    form = TitleForm(request.POST)
    if form.is_valid():
        Conversation.objects.filter(pk=found.pk).update(title=form.cleaned_data["title"])
    return redirect(found)


@require_POST
def pin_conversation(request: PersonRequest, conversation_id: int) -> HttpResponse:
    found = readable_conversation(request, conversation_id)
    conversations.pin(found, pinned=request.POST.get("pinned") == "yes")
    return redirect("chat:conversation_list" if "list" in request.POST else found)


@require_POST
def narrow_conversation(request: PersonRequest, conversation_id: int) -> HttpResponse:
    """From now on ask what is ticked; everything that the person may read if nothing is."""
    found = readable_conversation(request, conversation_id)
    asked = asked_of(request.POST, request.user)
    conversations.narrow(found, asked.collections, asked.documents)
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_conversation(request: PersonRequest, conversation_id: int) -> HttpResponse:
    found = readable_conversation(request, conversation_id)
    if request.method == "POST":
        found.delete()
        return redirect("chat:ask")
    return render(request, "chat/delete_conversation.html", {"conversation": found})
