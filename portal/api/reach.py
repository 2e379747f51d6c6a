"""What the address of a request names, for those who may see it; for everybody else it does not exist."""

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model, QuerySet

from documents.models import Collection, Document
from documents.views.requests import PersonRequest
from portal.api.errors import ErrorCode, error

if TYPE_CHECKING:
    from collections.abc import Sequence

M = TypeVar("M", bound=Model)

# Of a number of the database.
LARGEST = 2**63 - 1


def found(rows: QuerySet[M], pk: int) -> M:
    """Raises ApiError."""
    row = rows.filter(pk=pk).first() if 0 < pk <= LARGEST else None
    if row is None:
        raise error(ErrorCode.NOT_FOUND)
    return row


def collection_of(request: PersonRequest, pk: int) -> Collection:
    """Raises ApiError."""
    return found(Collection.objects.visible_to(request.user), pk)


def document_of(request: PersonRequest, pk: int) -> Document:
    """Raises ApiError."""
    visible = Document.objects.visible_to(request.user).select_related("collection", "superseded_by")
    return found(visible.defer("sketch"), pk)


def refuse_unseen(request: PersonRequest, collections: "Sequence[int]", documents: "Sequence[int]" = ()) -> None:
    """Whoever names what they may not see is told that it does not exist. Raises ApiError."""
    for pk in collections:
        collection_of(request, pk)
    for pk in documents:
        found(Document.objects.visible_to(request.user), pk)


def require_editor(request: PersonRequest, collection: Collection) -> None:
    """Raises ApiError."""
    if not Collection.objects.writable_by(request.user).filter(pk=collection.pk).exists():
        raise error(ErrorCode.MAY_NOT_EDIT)


def require_staff(request: PersonRequest) -> None:
    """Raises ApiError."""
    if not request.user.is_staff:
        raise error(ErrorCode.STAFF_ONLY)
