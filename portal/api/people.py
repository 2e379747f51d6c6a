"""Who the token speaks for, and what it may do."""

from datetime import datetime

from ninja import Router, Schema

from documents.models import Collection
from documents.views.requests import PersonRequest
from portal.api.bearer import needs
from portal.models import ApiToken

router = Router(tags=["Person"])


class TokenFacts(Schema):
    name: str
    scopes: list[str]
    expires_at: datetime


class Person(Schema):
    id: int
    user_name: str
    name: str
    is_staff: bool
    collections: int
    token: TokenFacts


@router.get("/me", response=Person, summary="The person of the token", **needs(None))
def read_me(request: PersonRequest) -> Person:
    """Any token may ask this: it is the way to try one out."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]  # what Bearer has found
    return Person(
        id=request.user.pk,
        user_name=request.user.get_username(),
        name=str(request.user),
        is_staff=request.user.is_staff,
        collections=Collection.objects.visible_to(request.user).count(),
        token=TokenFacts(name=token.name, scopes=token.scopes, expires_at=token.expires_at),
    )
