"""What middleware has attached to a request, for the type checker."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in, which LoginRequiredMiddleware has made sure of."""

    user: "AbstractUser"  # type: ignore[assignment]  # never anonymous, see above
    htmx: HtmxDetails
