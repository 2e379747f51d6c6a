"""Collections that the person may read."""

from collections.abc import Container
from datetime import datetime

from django.db.models import QuerySet
from ninja import Field, Router, Schema

from documents.library import shelves
from documents.models import Collection
from documents.views.requests import PersonRequest
from portal.api.bearer import needs
from portal.api.listing import Limit, Offset, Part, part
from portal.api.reach import found
from portal.models import ApiToken

router = Router(tags=["Collections"])


class CollectionOut(Schema):
    id: int
    name: str
    description: str
    documents: int = Field(description="All documents, replaced versions included.")
    searchable: int
    in_progress: int
    failed: int
    may_edit: bool
    created_at: datetime
    url: str = Field(description="The page of the collection.")


class Collections(Part):
    items: list[CollectionOut]


@router.get("/collections", response=Collections, summary="List collections", **needs(ApiToken.Scope.READ))
def list_collections(request: PersonRequest, limit: Limit = 50, offset: Offset = 0) -> Collections:
    """Those that the person may read, by name."""
    rows, figures = part(_readable(request), limit, offset)
    editable = _editable(request)
    return Collections(items=[_told(row, request, editable) for row in rows], **figures)


@router.get(
    "/collections/{collection_id}", response=CollectionOut, summary="One collection", **needs(ApiToken.Scope.READ)
)
def read_collection(request: PersonRequest, collection_id: int) -> CollectionOut:
    return _told(found(_readable(request), collection_id), request, _editable(request))


def _readable(request: PersonRequest) -> QuerySet[Collection]:
    return shelves(Collection.objects.visible_to(request.user)).order_by("name", "pk")


def _editable(request: PersonRequest) -> set[int]:
    return set(Collection.objects.writable_by(request.user).values_list("pk", flat=True))


def _told(collection: Collection, request: PersonRequest, editable: Container[int]) -> CollectionOut:
    counts = {
        name: getattr(collection, f"{counted}_count")
        for name, counted in (
            ("documents", "document"), ("searchable", "searchable"), ("in_progress", "progress"), ("failed", "failed")
        )
    }  # fmt: skip
    return CollectionOut(
        id=collection.pk,
        name=collection.name,
        description=collection.description,
        may_edit=collection.pk in editable,
        created_at=collection.created_at,
        url=request.build_absolute_uri(collection.get_absolute_url()),
        **counts,
    )
