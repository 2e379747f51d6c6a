"""The numbered passages that an answer is written from; pure.

A passage's text is the document's text from `start` to `end`, so that every quote found in it has exact
offsets.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from search.hits import Hit

# Joined neighbours may grow to this many characters; beyond it a passage crowds out the others.
MAX_CHARACTERS = 6000


@dataclass(frozen=True, slots=True)
class Passage:
    number: int
    document_id: int
    collection_id: int
    title: str
    file_name: str
    page_based: bool
    page: int
    start: int
    end: int
    text: str
    heading: str
    language: str
    score: float
    lexical: float
    semantic: float
    # (start in the document's text, text) of the headings inside.
    outline: tuple[tuple[int, str], ...] = ()
    media_type: str = ""

    def frozen(self) -> dict[str, Any]:
        """What is stored with the answer: where the passage lies, not what it says."""
        return {
            "number": self.number,
            "document": self.document_id,
            "collection": self.collection_id,
            "title": self.title,
            "file": self.file_name,
            "page_based": self.page_based,
            "page": self.page,
            "start": self.start,
            "end": self.end,
            "heading": self.heading,
        }


@dataclass(frozen=True, slots=True)
class Outline:
    """Where the pages of a document and its headings begin in its text."""

    pages: tuple[int, ...] = ()
    headings: tuple[tuple[int, str], ...] = ()

    def page_of(self, offset: int) -> int:
        """The page on which an offset lies, counted from 1."""
        return max(bisect_right(self.pages, offset), 1)

    def between(self, start: int, end: int) -> tuple[tuple[int, str], ...]:
        return tuple(heading for heading in self.headings if start <= heading[0] < end)


def numbered(hits: Iterable[Hit], outlines: Mapping[int, Outline]) -> tuple[Passage, ...]:
    """Return hits as passages, best first, with touching neighbours of one document joined."""
    joined: list[Passage] = []
    for hit in hits:
        passage = _passage(hit)
        for index, other in enumerate(joined):
            if _touch(other, passage):
                joined[index] = _union(other, passage)
                break
        else:
            joined.append(passage)
    return tuple(
        replace(
            passage,
            number=number,
            outline=outlines[passage.document_id].between(passage.start, passage.end),
        )
        for number, passage in enumerate(joined, 1)
    )


def _passage(hit: Hit) -> Passage:
    return Passage(
        number=0,
        document_id=hit.document_id,
        collection_id=hit.collection_id,
        title=hit.title,
        file_name=hit.file_name,
        page_based=hit.page_based,
        page=hit.page,
        start=hit.start,
        end=hit.end,
        text=hit.text,
        heading=hit.heading,
        language=hit.language,
        score=hit.score,
        lexical=hit.lexical,
        semantic=hit.semantic,
        media_type=hit.media_type,
    )


def _touch(one: Passage, other: Passage) -> bool:
    return (
        one.document_id == other.document_id
        and one.start <= other.end
        and other.start <= one.end
        and max(one.end, other.end) - min(one.start, other.start) <= MAX_CHARACTERS
    )


def _union(better: Passage, other: Passage) -> Passage:
    first, second = (better, other) if better.start <= other.start else (other, better)
    tail = second.text[max(first.end - second.start, 0) :] if second.end > first.end else ""
    return replace(better, start=first.start, end=max(first.end, second.end), text=first.text + tail)
