"""The REST API: its operations, their description, and its one shape of errors."""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from portal.api import (
    asking,
    collections,
    conversations,
    documents,
    errors,
    evaluation,
    passages,
    people,
    searching,
    uploads,
)
from portal.api.errors import ApiError, ErrorCode, error
from portal.version import VERSION

logger = logging.getLogger(__name__)


class _Readable(JSONRenderer):
    """Hangul as it is, in half of the bytes."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class _Api(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


def _refused(request: HttpRequest, failure: ApiError | type[ApiError]) -> HttpResponse:
    return errors.response(failure if isinstance(failure, ApiError) else error(ErrorCode.INTERNAL))


def _invalid(request: HttpRequest, failure: ValidationError | type[ValidationError]) -> HttpResponse:
    found = failure.errors if isinstance(failure, ValidationError) else []
    problems = "; ".join(f"{_place(one['loc'])}: {one['msg']}" for one in found)
    return errors.response(error(ErrorCode.INVALID, problems=problems))


def _place(parts: tuple[object, ...]) -> str:
    """The parameter or the field, without the names of our own arguments."""
    ours = {"body", "query", "form", "file", "path", "wanted", "wish", "filters", "span", "facts"}
    named = [str(part) for part in parts if part not in ours]
    return ".".join(named) or str(parts[0])


def _unreadable(request: HttpRequest, failure: object) -> HttpResponse:
    return errors.response(error(ErrorCode.INVALID, problems=_("the body is not JSON.")))


def _missing(request: HttpRequest, failure: object) -> HttpResponse:
    return errors.response(error(ErrorCode.NOT_FOUND))


def _database_away(request: HttpRequest, failure: object) -> HttpResponse:
    logger.error("database away", exc_info=True)
    return errors.response(error(ErrorCode.DATABASE_AWAY))


def _broken(request: HttpRequest, failure: object) -> HttpResponse:
    logger.error("a request of a program failed", exc_info=True)
    return errors.response(error(ErrorCode.INTERNAL))


def _made() -> NinjaAPI:
    api = _Api(
        title="Knowledge Portal",
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        renderer=_Readable(),
        urls_namespace="api",
    )
    modules = (people, collections, documents, uploads, searching, passages, asking, conversations, evaluation)
    for router in dict.fromkeys(module.router for module in modules):
        api.add_router("", router)
    api.add_exception_handler(Exception, _broken)
    api.add_exception_handler(OperationalError, _database_away)
    api.add_exception_handler(InterfaceError, _database_away)
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(PermissionDenied, _missing)
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(ApiError, _refused)
    return api


api = _made()
