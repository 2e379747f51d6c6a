"""Conversations as Markdown, with numbered references; what the reader may not see is not in it.

What documents and models have written can neither become a link or an image nor markup in the file.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _

from chat.access import Place
from chat.models import Answer, Conversation
from chat.rendering import CiteMark, answer_html, edited, regret
from chat.transcript import ShownAnswer, Turn

# What begins a tag, and what makes a link, an image or the target of one of brackets.
_MARKUP = re.compile(r"<|!(?=\[)|(?<=\])(?=[(:\[])")
_HARMLESS = {"<": "&lt;", "!": "\\!", "": "\\"}
_LONGEST_NAME = 60

type_Address = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Reference:
    """One quote that an answer cites; `url` is empty where it cannot be opened."""

    number: int
    title: str
    where: str
    quote: str
    url: str


def references(shown: ShownAnswer, absolute: type_Address) -> list[Reference]:
    """In the order of their numbers; `absolute` makes an address one that works from everywhere."""
    return [
        Reference(source.number, card.place.title, card.place.where, card.quote, _address(card.place, absolute))
        for source in sorted(shown.cited, key=lambda source: source.number)
        for card in source.cards
    ]


def conversation_text(conversation: Conversation, turns: Sequence[Turn], absolute: type_Address, today: date) -> str:
    head = [f"# {_line(conversation.title)}", _("Saved from Knowledge Portal on %(day)s") % {"day": date_format(today)}]
    return "\n\n".join([*head, *_exchanges(conversation.title, turns, absolute)]) + "\n"


def answer_text(shown: ShownAnswer, absolute: type_Address) -> str:
    """The answer with its references below."""
    listed = list(map(_reference, references(shown, absolute)))
    sources = [_("Sources:") + "\n\n" + "\n".join(listed)] if listed else []
    return "\n\n".join([*_answer(shown), *sources])


def answer_for_pasting(shown: ShownAnswer) -> SafeString:
    """The answer as HTML for other programs: its marks are numbers in brackets, nothing in it is a link."""
    marks = [CiteMark(start, end, mark_safe(mark)) for start, end, mark in _marks(shown.answer)]  # noqa: S308 - digits
    return answer_html(shown.answer.text, marks, shown.hidden, quoted=shown.answer.is_quoted)


def file_name(conversation: Conversation) -> str:
    return (slugify(conversation.title, allow_unicode=True)[:_LONGEST_NAME].strip("-") or "conversation") + ".md"


def harmless(text: str) -> str:
    """The same words in Markdown, without tags, links and images."""
    return _MARKUP.sub(lambda found: _HARMLESS[found[0]], text)


def _exchanges(title: str, turns: Sequence[Turn], absolute: type_Address) -> Iterator[str]:
    for turn in turns:
        # The title of most conversations is their first question.
        if turn is not turns[0] or turn.message.text != title:
            yield f"## {_line(turn.message.text)}"
        yield answer_text(turn.shown, absolute)


def _answer(shown: ShownAnswer) -> Iterator[str]:
    if shown.corrected:
        yield _("Corrected by %(reviewer)s on %(day)s") % {
            "reviewer": _line(shown.corrected.reviewer), "day": date_format(shown.corrected.on)
        }  # fmt: skip
    if shown.is_refusal:
        yield _("The documents do not answer this.")
    if shown.answer.text:
        yield _text(shown)
    if shown.failure:
        yield shown.failure.what


def _text(shown: ShownAnswer) -> str:
    """Placeholders keep the marks through what makes the rest harmless."""
    marks = [(start, end, f"[\ue000{mark[1:-1]}\ue001]") for start, end, mark in _marks(shown.answer)]
    hidden = [(start, end, regret()) for start, end in shown.hidden]
    text = edited(re.sub("[\ue000\ue001]", " ", shown.answer.text), [*marks, *hidden])
    # A backslash between two marks keeps nothing apart.
    return re.sub("\\[\ue000(\\d+)\ue001\\](?:\\\\(?=\\[\ue000))?", r"[\1]", harmless(text))


def _marks(answer: Answer) -> list[tuple[int, int, str]]:
    return [(cited.mark_start, cited.mark_end, f"[{cited.number}]") for cited in answer.citations.all()]


def _address(place: Place, absolute: type_Address) -> str:
    return absolute(place.document_url) if place.document_url else ""


def _reference(reference: Reference) -> str:
    where = f", {_line(reference.where)}" if reference.where else ""
    quote = f": “{_line(reference.quote)}”" if reference.quote else ""
    address = f" <{reference.url}>" if reference.url else ""
    return f"- [{reference.number}] {_line(reference.title)}{where}{quote}{address}"


def _line(text: str) -> str:
    return harmless(" ".join(text.split()))
