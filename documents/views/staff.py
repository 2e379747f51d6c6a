"""Pages that only staff know of."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404
from django.http.response import HttpResponseBase

from documents.views.requests import PersonRequest

Rest = ParamSpec("Rest")
type_View = Callable[Concatenate[PersonRequest, Rest], HttpResponseBase]


def staff_only(view: type_View[Rest]) -> type_View[Rest]:
    """For everybody else the page does not exist."""

    @wraps(view)
    def view_of_staff(request: PersonRequest, /, *args: Rest.args, **values: Rest.kwargs) -> HttpResponseBase:
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **values)

    return view_of_staff
