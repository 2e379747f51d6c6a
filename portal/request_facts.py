"""What is known of the request being answered, wherever in the code one stands: its id and where it came from."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
address: ContextVar[str | None] = ContextVar("address", default=None)
