"""Documents to ask, offered while somebody types."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chat.asked import offered
from documents.views.requests import PersonRequest


@never_cache
@require_safe
def document_choice(request: PersonRequest) -> HttpResponse:
    typed = request.GET.get("find", "").replace("\0", "")[:200]
    found = offered(request.user, typed, request.GET.getlist("document"))
    return render(request, "chat/_document_choice.html", {"documents": found, "typed": typed.strip()})
