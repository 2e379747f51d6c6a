"""The map of a collection, for those who look after it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from documents.models import Collection
from documents.views.requests import PersonRequest
from search.atlas import BY_GROUP, BY_KIND, atlas_of
from search.landscape import landscape_of


@require_safe
def collection_map(request: PersonRequest, collection_id: int) -> HttpResponse:
    collection = get_object_or_404(Collection.objects.visible_to(request.user), pk=collection_id)
    if not Collection.objects.writable_by(request.user).filter(pk=collection.pk).exists():
        raise PermissionDenied
    by = BY_KIND if request.GET.get("by") == BY_KIND else BY_GROUP
    context = {"collection": collection, "atlas": atlas_of(landscape_of(collection), by)}
    return render(request, "search/map.html", context)
