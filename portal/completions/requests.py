"""What a program sends that takes the portal for a language model: a model, and questions. Pure."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import ConfigDict, Field

from documents.sent_keys import key_of
from portal.api.sent import Sent

MODEL = "portal"
# Of one conversation, as far back as follow-ups look.
MOST_QUESTIONS = 5
# Of each question before the last, in characters.
LONGEST_EARLIER = 2_000


class Part(Sent):
    """A piece of a message; only text is read."""

    model_config = ConfigDict(extra="ignore")

    type: str
    text: str = ""


class Message(Sent):
    model_config = ConfigDict(extra="ignore")

    role: str
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or () if part.type == "text")


class StreamOptions(Sent):
    model_config = ConfigDict(extra="ignore")

    include_usage: bool = False


class Wanted(Sent):
    """Options that only a language model has, such as the temperature, are left aside."""

    model_config = ConfigDict(extra="ignore")

    model: str = Field(max_length=100)
    messages: list[Message] = Field(min_length=1, max_length=1000)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = 1

    @property
    def questions(self) -> list[str]:
        """What the person asked, the last one last, as far as it is needed."""
        asked = [message.text.strip() for message in self.messages if message.role == "user"]
        told = [text for text in asked if text][-MOST_QUESTIONS:]
        return [*(text[:LONGEST_EARLIER] for text in told[:-1]), *told[-1:]]

    @property
    def wants_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)


def collection_named(model: str) -> int | None:
    """The collection that a model answers from; None for the one that answers from all. Raises ValueError."""
    name, slash, number = model.partition("/")
    collection = key_of(number)
    if name != MODEL or (slash and collection is None):
        raise ValueError(model)
    return collection


def problems_of(errors: Sequence[Any]) -> str:
    """What pydantic found, in one line."""
    return "; ".join(f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in errors)
