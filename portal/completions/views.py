"""The addresses of the OpenAI protocol: the models that a token may ask, and their chat completions."""

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError

from chat.asked import Asked
from chat.forms import LONGEST_QUESTION
from chat.models import Conversation
from documents.models import Collection
from documents.views.requests import PersonRequest
from portal.api.asking import begun, event_stream, finished, refuse_crowd
from portal.api.bearer import signed
from portal.api.errors import ApiError, ErrorCode, error
from portal.completions import requests, stream
from portal.completions.replies import MODEL_NOT_FOUND, problem, whole
from portal.completions.requests import MODEL, Wanted
from portal.models import ApiToken

logger = logging.getLogger(__name__)

Rest = ParamSpec("Rest")
type_View = Callable[Concatenate[PersonRequest, Rest], HttpResponseBase]


def for_programs(method: str) -> "Callable[[type_View[Rest]], Callable[..., HttpResponseBase]]":
    """A door that wants a token with the scope `ask`, and tells errors in OpenAI's shape."""

    def decorated(view: "type_View[Rest]") -> Callable[..., HttpResponseBase]:
        @login_not_required
        @csrf_exempt
        @wraps(view)
        def door(request: PersonRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
            if request.method != method:
                return failed(error(ErrorCode.WRONG_METHOD), Allow=method)
            try:
                signed(request, ApiToken.Scope.ASK)
                return view(request, *args, **kwargs)
            except ApiError as failure:
                return failed(failure)
            except (OperationalError, InterfaceError):
                logger.exception("database away")
                return failed(error(ErrorCode.DATABASE_AWAY))
            except Exception:
                logger.exception("a request of a program failed")
                return failed(error(ErrorCode.INTERNAL))

        return door

    return decorated


@for_programs("POST")
def completions(request: PersonRequest) -> HttpResponseBase:
    wanted = _wanted(request)
    asked = Asked(_collections(request, wanted.model))
    questions = wanted.questions
    _check(questions)
    refuse_crowd()
    answer = begun(request.user, questions, asked, Conversation.Origin.COMPLETIONS)
    if wanted.stream:
        return event_stream(stream.chunks(answer, request, wanted), stream.broken)
    view = finished(answer, request.user, "OpenAI")
    reply = stream.reply_of(view, wanted.model, request.build_absolute_uri)
    return JsonResponse(whole(reply), json_dumps_params={"ensure_ascii": False})


@for_programs("GET")
def models(request: PersonRequest) -> HttpResponse:
    """One that answers from everything that the person may read, and one for each of their collections."""
    readable = Collection.objects.visible_to(request.user).order_by("name", "pk")
    return JsonResponse(
        {"object": "list", "data": [_model(None), *map(_model, readable)]}, json_dumps_params={"ensure_ascii": False}
    )


@for_programs("GET")
def model(request: PersonRequest, name: str) -> HttpResponse:
    chosen = _collections(request, name)
    return JsonResponse(
        _model(Collection.objects.get(pk=chosen[0]) if chosen else None), json_dumps_params={"ensure_ascii": False}
    )


def failed(failure: ApiError, **headers: str) -> HttpResponse:
    return JsonResponse(
        problem(failure),
        status=400 if failure.status == 422 else failure.status,
        headers=failure.headers | headers,
        json_dumps_params={"ensure_ascii": False},
    )


def _wanted(request: HttpRequest) -> Wanted:
    try:
        return Wanted.model_validate(json.loads(request.body))
    except ValidationError as invalid:
        raise error(ErrorCode.INVALID, problems=requests.problems_of(invalid.errors())) from invalid
    except ValueError as invalid:
        raise error(ErrorCode.INVALID, problems=_("the body is not JSON.")) from invalid


def _check(questions: list[str]) -> None:
    if not questions:
        raise error(ErrorCode.INVALID, problems=_("no message has the role “user” and a text."))
    if len(questions[-1]) > LONGEST_QUESTION:
        problem = _("the last question is longer than %(most)s characters.") % {"most": LONGEST_QUESTION}
        raise error(ErrorCode.INVALID, problems=problem)


def _collections(request: PersonRequest, name: str) -> tuple[int, ...]:
    """What a model answers from; none means all. One of a collection that may not be read does not exist."""
    try:
        chosen = requests.collection_named(name)
    except ValueError:
        raise _unknown(name) from None
    if chosen is None:
        return ()
    if not Collection.objects.visible_to(request.user).filter(pk=chosen).exists():
        raise _unknown(name)
    return (chosen,)


def _unknown(name: str) -> ApiError:
    message = _("There is no model “%(name)s”, or none that you may ask.") % {"name": name}
    return ApiError(404, MODEL_NOT_FOUND, message, _("GET /v1/models lists those that you may ask."))


def _model(collection: Collection | None) -> dict[str, object]:
    return {
        "id": MODEL if collection is None else f"{MODEL}/{collection.pk}",
        "object": "model",
        "created": 0 if collection is None else int(collection.created_at.timestamp()),
        "owned_by": "knowledge-portal",
        "name": _("Knowledge Portal") if collection is None else collection.name,
    }
