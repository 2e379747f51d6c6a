"""What somebody may want to ask after an answer, made without a model from headings that they may read.

First those that stand next to what was cited, then those of other documents that the search found.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from chat.access import Standing
from chat.headings import Topic
from chat.transcript import ShownAnswer, Source
from documents.models import Page
from documents.pages import HEADING_SEPARATOR
from search.headings import is_telling
from search.suggestions import plain_heading
from search.typing_keys import keys

COUNT = 3
# Headings of a cited document that are offered, and cited documents that are looked at.
OF_ONE_DOCUMENT = 2
DOCUMENTS = 2


def next_questions(shown: ShownAnswer, asked: Sequence[str]) -> list[Topic]:
    """A few questions about what `asked` has not named yet; none after a refusal or a failure."""
    if shown.is_refusal or shown.failure or shown.answer.is_streaming or not shown.cited:
        return []
    told = [keys(words) for words in (*asked, *(source.heading for source in shown.cited))]
    found = {keys(topic.name): topic for topic in _found(shown, told)}
    return list(islice(found.values(), COUNT))


def _found(shown: ShownAnswer, asked: Sequence[str]) -> Iterator[Topic]:
    passages = {passage["number"]: passage for passage in shown.answer.passages}
    cited = [source for source in shown.cited if source.place.standing is Standing.OPEN]
    yield from _beside(cited, passages, asked)
    seen = {passages[source.number]["document"] for source in shown.cited}
    for source in shown.others:
        if source.place.standing is Standing.OPEN and passages[source.number]["document"] not in seen:
            seen.add(passages[source.number]["document"])
            yield from _asking(source.place.title, [source.heading.rsplit(HEADING_SEPARATOR, 1)[-1]], asked)


def _beside(
    cited: Sequence[Source], passages: Mapping[int, Mapping[str, Any]], asked: Sequence[str]
) -> Iterator[Topic]:
    """Headings behind what was cited of a document, then those before it, the nearest first."""
    first: dict[int, Source] = {}
    for source in cited:
        first.setdefault(passages[source.number]["document"], source)
    chosen = dict(islice(first.items(), DOCUMENTS))
    outlines = _outlines(list(chosen))
    for document_id, source in chosen.items():
        read = [passages[other.number] for other in cited if passages[other.number]["document"] == document_id]
        outline = [
            (at, text)
            for at, text in outlines.get(document_id, [])
            if not any(passage["start"] <= at < passage["end"] for passage in read)
        ]
        start = passages[source.number]["start"]
        behind = [text for at, text in outline if at > start]
        before = [text for at, text in outline if at < start][::-1]
        yield from islice(_asking(source.place.title, [*behind, *before], asked), OF_ONE_DOCUMENT)


def _asking(title: str, headings: Sequence[str], asked: Sequence[str]) -> Iterator[Topic]:
    """What says something, and more than the title and the questions before."""
    for topic in dict.fromkeys(map(plain_heading, headings)):
        key = keys(topic)
        if is_telling(topic) and key != keys(title) and not any(key in question for question in asked):
            yield Topic(topic, title)


def _outlines(document_ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    """Where the headings of these documents begin, and their words."""
    pages = Page.objects.filter(document__in=document_ids).exclude(headings=[]).order_by("document", "number")
    outlines: dict[int, list[tuple[int, str]]] = {}
    for document_id, offset, headings in pages.values_list("document", "offset", "headings"):
        found = outlines.setdefault(document_id, [])
        found += [(offset + heading["start"], heading["text"]) for heading in headings]
    return outlines
