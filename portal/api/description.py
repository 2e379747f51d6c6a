"""The description of the REST API: as OpenAPI for programs, and as a page made from the same for people."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from documents.views.requests import PersonRequest
from portal.api.rest import api

type_Schema = Mapping[str, Any]

# What stands in an example for a value that nobody can guess.
_EXAMPLES = {"integer": 1, "number": 0.5, "boolean": False, "array": [], "string": "…"}
_QUESTION = "How many days of annual leave does an employee receive?"


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    # path, query, body or form.
    place: str
    kind: str
    is_required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `example` is a command line."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    scope: str
    parameters: tuple[Parameter, ...]
    answers: tuple[Parameter, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    operations: tuple[Operation, ...]


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """For programs that make clients; it tells nothing of what is in the portal."""
    return JsonResponse(described(), json_dumps_params={"ensure_ascii": False})


@require_safe
def docs(request: PersonRequest) -> HttpResponse:
    context = {
        "sections": sections(described(), request.build_absolute_uri("/").rstrip("/")),
        "requests_per_minute": settings.API_REQUESTS_PER_MINUTE,
        "base_url": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "portal/api_docs.html", context)


@cache
def described() -> type_Schema:
    return api.get_openapi_schema(path_prefix=reverse("api:unknown", args=["."])[:-1])


def sections(schema: type_Schema, base_url: str) -> list[Section]:
    """The operations of a description by their first tag, in its order."""
    found: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, facts in methods.items():
            operation = _operation(schema, base_url, path, method, facts)
            found.setdefault(facts["tags"][0], []).append(operation)
    return [Section(name, tuple(operations)) for name, operations in found.items()]


def _operation(schema: type_Schema, base_url: str, path: str, method: str, facts: type_Schema) -> Operation:
    parameters = tuple(_parameters(schema, facts))
    return Operation(
        id=facts["operationId"],
        method=method.upper(),
        path=path,
        summary=facts["summary"],
        about=facts.get("description", ""),
        scope=facts.get("x-scope", ""),
        parameters=parameters,
        answers=tuple(_answers(schema, facts)),
        example=_example(base_url + path, method.upper(), parameters),
    )


def _parameters(schema: type_Schema, facts: type_Schema) -> Iterator[Parameter]:
    for given in facts.get("parameters", []):
        about = given.get("description") or given["schema"].get("description", "")
        yield Parameter(given["name"], given["in"], _kind(schema, given["schema"]), given.get("required", False), about)
    for media_type, content in facts.get("requestBody", {}).get("content", {}).items():
        yield from _fields(schema, content["schema"], "form" if media_type.startswith("multipart") else "body")


def _answers(schema: type_Schema, facts: type_Schema) -> Iterator[Parameter]:
    for response in facts["responses"].values():
        for content in response.get("content", {}).values():
            yield from _fields(schema, content["schema"], "answer")


def _fields(schema: type_Schema, of: type_Schema, place: str) -> Iterator[Parameter]:
    whole = _resolved(schema, of)
    required = whole.get("required", [])
    for name, field in whole.get("properties", {}).items():
        if "properties" in (inner := _resolved(schema, field)) and place != "answer":
            yield from _fields(schema, inner, place)
            continue
        yield Parameter(name, place, _kind(schema, field), name in required, field.get("description", ""))


def _resolved(schema: type_Schema, of: type_Schema) -> type_Schema:
    """What a reference leads to."""
    reference = of.get("$ref") or next((one["$ref"] for one in of.get("allOf", []) if "$ref" in one), "")
    if not reference:
        return of
    found: type_Schema = schema["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def _kind(schema: type_Schema, of: type_Schema) -> str:
    """The type in one or a few words: what may be null, what is listed, what may be chosen."""
    if "anyOf" in of:
        return " | ".join(_kind(schema, one) for one in of["anyOf"])
    found = _resolved(schema, of)
    if "enum" in found:
        return " | ".join(map(str, found["enum"]))
    if found.get("type") == "array":
        return f"{_kind(schema, found['items'])}[]"
    if found is not of:
        return str(found.get("title", "object"))
    return str(of.get("format") or of.get("type", "object"))


def _example(address: str, method: str, parameters: tuple[Parameter, ...]) -> str:
    """A command line with what has to be given."""
    needed = [one for one in parameters if one.is_required]
    query = "&".join(f"{one.name}={_value(one)}" for one in needed if one.place == "query")
    for one in needed:
        address = address.replace(f"{{{one.name}}}", "1")
    lines = ["curl"]
    if method != "GET":
        lines[0] += f" -X {method}"
    lines[0] += ' -H "Authorization: Bearer $TOKEN"'
    lines += [f"-F {one.name}=@rules.pdf" for one in needed if one.place == "form"]
    body = {one.name: _value(one) for one in needed if one.place == "body"}
    if any(one.place == "body" for one in parameters):
        lines += ['-H "Content-Type: application/json"', f"-d '{json.dumps(body, ensure_ascii=False)}'"]
    return " \\\n  ".join([*lines, f'"{address}{"?" if query else ""}{query}"'])


def _value(parameter: Parameter) -> Any:
    named = {"question": _QUESTION, "q": "leave", "start": 0, "end": 200}
    return named.get(parameter.name, _EXAMPLES.get(parameter.kind, "…"))
