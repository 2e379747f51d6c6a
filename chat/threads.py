"""A conversation as a tree of questions: which wording of each is shown, and which of its answers; pure.

Wordings of one question follow the same question. What is shown is one line through the tree: that to the newest
question, or that of a version that somebody looks at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chat.models import Answer, Message

type_Line = list[Message]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with the answer that is shown, among all versions of it: other wordings, and other answers."""

    message: Message
    answer: Answer
    versions: tuple[Answer, ...]

    @property
    def number(self) -> int:
        return self.versions.index(self.answer) + 1

    @property
    def previous(self) -> Answer | None:
        return self.versions[self.number - 2] if self.number > 1 else None

    @property
    def following(self) -> Answer | None:
        return self.versions[self.number] if self.number < len(self.versions) else None


def line(messages: Sequence[Message], chosen: int | None = None) -> list[Exchange]:
    """The exchanges that are shown, the oldest first. `chosen` is the answer that somebody wants to see.

    Messages come in the order in which they were asked, with their answers fetched.
    """
    answered = {message.pk: message for message in messages if message.answers.all()}
    answers = {answer.pk: answer for message in answered.values() for answer in message.answers.all()}
    wanted = answers.get(chosen or 0)
    shown = next(_lines(answered, wanted.message_id if wanted else None), [])
    versions: dict[int | None, list[Answer]] = {}
    for message in answered.values():
        versions.setdefault(message.follows_id, []).extend(message.answers.all())
    return [_exchange(message, wanted, versions[message.follows_id]) for message in shown]


def _lines(messages: Mapping[int, Message], through: int | None) -> Iterator[type_Line]:
    """The ways from the first question to each, the newest first, that lead through one of them."""
    for pk in sorted(messages, reverse=True):
        way = _way_to(messages, pk)
        if through is None or any(message.pk == through for message in way):
            yield way


def _way_to(messages: Mapping[int, Message], pk: int) -> type_Line:
    way: type_Line = []
    last = messages.get(pk)
    while last is not None:
        way.append(last)
        last = messages.get(last.follows_id or 0)
    return way[::-1]


def _exchange(message: Message, wanted: Answer | None, versions: Sequence[Answer]) -> Exchange:
    own = [answer for answer in versions if answer.message_id == message.pk]
    shown = wanted if wanted is not None and wanted in own else own[-1]
    return Exchange(message, shown, tuple(versions))
