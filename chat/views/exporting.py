"""Conversations and answers to take along: Markdown, a page to print, the text for the clipboard."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from chat.export import answer_for_pasting, answer_text, conversation_text, file_name, references
from chat.transcript import shown, turns
from chat.views.conversations import chosen_version
from chat.views.requests import readable_answer, readable_conversation
from documents import audit
from documents.audit import Event
from documents.views.requests import PersonRequest


@require_safe
def conversation_markdown(request: PersonRequest, conversation_id: int) -> HttpResponse:
    found = readable_conversation(request, conversation_id)
    audit.record(Event.EXPORTED, request.user, what="conversation", conversation=found.pk)
    text = conversation_text(
        found, turns(found, request.user, chosen_version(request)), request.build_absolute_uri, timezone.localdate()
    )
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, file_name(found)) or "attachment"
    return response


@require_safe
def conversation_print(request: PersonRequest, conversation_id: int) -> HttpResponse:
    found = readable_conversation(request, conversation_id)
    audit.record(Event.EXPORTED, request.user, what="conversation", conversation=found.pk, through="print")
    pages = [
        (turn, references(turn.shown, request.build_absolute_uri))
        for turn in turns(found, request.user, chosen_version(request))
    ]
    context = {"conversation": found, "pages": pages, "today": timezone.localdate()}
    return render(request, "chat/print.html", context)


@require_safe
def answer_copy(request: PersonRequest, answer_id: int) -> HttpResponse:
    """What the copy button puts into the clipboard; a browser without scripts shows it."""
    view = shown(readable_answer(request, answer_id), request.user)
    audit.record(Event.EXPORTED, request.user, what="answer", answer=answer_id)
    text = answer_text(view, request.build_absolute_uri)
    if not request.accepts("text/html"):
        sources = references(view, request.build_absolute_uri)
        html = render_to_string("chat/_pasted.html", {"answer": answer_for_pasting(view), "references": sources})
        return JsonResponse({"text": text, "html": html})
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
