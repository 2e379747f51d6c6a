"""What the search field offers while somebody types."""

from dataclasses import asdict

from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from documents.views.requests import PersonRequest
from search.models import Suggestion
from search.suggestions import suggest


@never_cache
@require_safe
def suggestions(request: PersonRequest) -> HttpResponse:
    found = suggest(request.GET.get("q", ""), request.user)
    rows = [asdict(suggested) | {"kind": str(Suggestion.Kind(suggested.kind).label)} for suggested in found]
    return JsonResponse({"suggestions": rows})
