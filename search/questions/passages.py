"""Passages of documents by their words: where a quote stands in a document's text, and the sentences of a passage."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from documents import pages
from documents.models import Page
from documents.sentences import sentence_spans

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Place:
    """Offsets in the document's text, and the page on which it begins."""

    start: int
    end: int
    page: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A document's text, prepared for finding quotes in it whatever white space stands between their words."""

    text: str
    # Without any white space, and where each of its characters stands in the text.
    dense: str
    positions: Sequence[int]
    # Where the pages begin, and their numbers.
    offsets: Sequence[int]
    numbers: Sequence[int]

    def find(self, quote: str, *, near: int = 0, page: int | None = None) -> Place | None:
        """Where the quote stands, on this page if it is given; of several places the nearest to `near`."""
        wanted = _SPACE.sub("", quote)
        if not wanted:
            return None
        places = [place for place in self._all(wanted) if page is None or self._touches(place, page)]
        return min(places, key=lambda place: abs(place.start - near), default=None)

    def page(self, number: int) -> Place | None:
        """All of a page, without the white space around it; nothing if there is no such page or it is empty."""
        if number not in self.numbers:
            return None
        index = list(self.numbers).index(number)
        start = self.offsets[index]
        end = self.offsets[index + 1] if index + 1 < len(self.offsets) else len(self.text)
        words = self.text[start:end]
        begin = start + len(words) - len(words.lstrip())
        return Place(begin, start + len(words.rstrip()), number) if words.strip() else None

    def page_at(self, offset: int) -> int:
        return self.numbers[max(bisect_right(self.offsets, offset) - 1, 0)] if self.numbers else 1

    def _all(self, wanted: str) -> list[Place]:
        places: list[Place] = []
        at = self.dense.find(wanted)
        while at >= 0 and len(places) < _MOST_PLACES:
            start, end = self.positions[at], self.positions[at + len(wanted) - 1] + 1
            places.append(Place(start, end, self.page_at(start)))
            at = self.dense.find(wanted, at + 1)
        return places

    def _touches(self, place: Place, page: int) -> bool:
        return place.page <= page <= self.page_at(place.end - 1)


# A quote that stands more often says nothing about where it was taken from.
_MOST_PLACES = 100


def reading_of(document_id: int) -> Reading:
    rows = list(Page.objects.filter(document=document_id).order_by("number"))
    text = pages.full_text(rows)
    positions = [at for at, character in enumerate(text) if not character.isspace()]
    dense = "".join(text[at] for at in positions)
    return Reading(text, dense, positions, [row.offset for row in rows], [row.number for row in rows])


def sentences(document_id: int, start: int, end: int) -> list[tuple[int, int, str]]:
    """(start, end, words) of each sentence between two offsets of a document's text."""
    text = pages.text_between(document_id, start, end)
    return [(start + low, start + high, " ".join(text[low:high].split())) for low, high in sentence_spans(text)]
