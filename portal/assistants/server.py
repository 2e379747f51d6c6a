"""The tools as a server of the Model Context Protocol lists and calls them."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from chat.database import in_search
from portal.api.errors import ApiError
from portal.assistants import abilities
from portal.assistants.abilities import Caller
from portal.version import VERSION

logger = logging.getLogger(__name__)

# Under which the door leaves the caller in the scope of a request.
CALLER = "portal.caller"

type_Context = ServerRequestContext[Any, Request]


@dataclass(frozen=True, slots=True)
class _Doing:
    """One tool: its arguments, whose description is the tool's, what it returns, and what it does."""

    title: str
    arguments: type[BaseModel]
    result: type[BaseModel]
    work: Callable[[Any, Caller], BaseModel]


_TOOLS = {
    "search": _Doing("Search documents", abilities.Search, abilities.SearchResult, abilities.search),
    "read_passage": _Doing("Read a passage", abilities.ReadPassage, abilities.PassageRead, abilities.read_passage),
}


def made() -> Server[Any]:
    return Server(
        "knowledge-portal",
        version=VERSION,
        title="Knowledge Portal",
        instructions="Search the company's documents and read passages of them, as the person whose token is shown.",
        get_tool_input_schema=_input_schema,
        on_list_tools=_list,
        on_call_tool=_call,
    )


async def _list(context: type_Context, params: PaginatedRequestParams | None) -> ListToolsResult:
    return ListToolsResult(tools=[_described(name, doing) for name, doing in _TOOLS.items()])


async def _call(context: type_Context, params: CallToolRequestParams) -> CallToolResult:
    """Errors are told to the assistant in words that help it, and crashes without any of their own."""
    request = context.request
    caller = request.scope[CALLER] if request is not None else None
    doing = _TOOLS.get(params.name)
    if doing is None or not isinstance(caller, Caller):
        return _failed(f"There is no tool “{params.name}”.")
    try:
        wanted = doing.arguments.model_validate(params.arguments or {})
        result = await in_search(_worked)(doing, wanted, caller)
    except ValidationError as invalid:
        return _failed("; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in invalid.errors()))
    except ApiError as failure:
        return _failed(f"{failure.message} {failure.next_step}")
    except Exception:
        logger.exception("tool %s failed", params.name)
        return _failed("The portal made a mistake. Try again, and tell the administrator if it happens again.")
    return CallToolResult(
        content=[TextContent(type="text", text=result.model_dump_json(indent=1))],
        structured_content=result.model_dump(mode="json"),
    )


def _worked(doing: _Doing, wanted: BaseModel, caller: Caller) -> BaseModel:
    with translation.override(caller.language):
        return doing.work(wanted, caller)


def _failed(words: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=words)], is_error=True)


def _input_schema(name: str) -> Mapping[str, Any] | None:
    return _TOOLS[name].arguments.model_json_schema() if name in _TOOLS else None


def _described(name: str, doing: _Doing) -> Tool:
    return Tool(
        name=name,
        title=doing.title,
        description=doing.arguments.__doc__,
        input_schema=doing.arguments.model_json_schema(),
        output_schema=doing.result.model_json_schema(),
        annotations=ToolAnnotations(title=doing.title, read_only_hint=True, open_world_hint=False),
    )
