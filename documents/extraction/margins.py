"""Running heads and feet: lines at the edge of pages that repeat from page to page, but for page numbers; pure.

They are only named here. They stay in the page's text, and windows are cut as if they were blank.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from documents.extraction import ExtractedPage

# A margin has at most so many lines; where more of them repeat, pages have the same content.
MAX_LINES = 4
_MIN_PAGES = 3
# A line on this share of all pages runs through the document.
_MOST_PAGES = 0.5
# One that stands on so many pages in a row, or on every second of them, runs through a chapter.
_CHAPTER_PAGES = 4
_CHAPTER_STEP = 2
_MAX_LENGTH = 160
# How often a number has to stay as it is, or to count with the pages, from one page to the next.
_REGULAR = 0.7

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_NUMBER = re.compile(r"\d{1,9}")
# A title that counts with the pages is one of a part that is one page long.
_PART = re.compile(r"제\s?#\s?[조장절항관편과부]|(?:section|chapter|part|article|item|note|exhibit|unit|lesson)\s#")
_ROMAN = re.compile(r"\W*([ivxlc]{1,7})\W*")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

type_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Edge:
    """A line near the top or the bottom of a page, without its numbers, and these. `page` counts from 0."""

    page: int
    span: type_Span
    words: str
    numbers: tuple[int, ...]


def with_margins(pages: Sequence[ExtractedPage]) -> tuple[ExtractedPage, ...]:
    """The pages with what was found on them, unless their reader has named margins itself."""
    found = find_margins([page.text for page in pages])
    return tuple(
        page if page.margins else replace(page, margins=tuple(_without_headings(page, margins)))
        for page, margins in zip(pages, found, strict=True)
    )


def _without_headings(page: ExtractedPage, margins: Sequence[type_Span]) -> Iterator[type_Span]:
    """A running head stays readable where the part begins that it names."""
    for start, end in margins:
        if not any(start <= heading.start < end for heading in page.headings):
            yield start, end


def find_margins(texts: Sequence[str]) -> list[tuple[type_Span, ...]]:
    """For each page the ranges of its running heads and feet, in order; never a whole page."""
    if len(texts) < _MIN_PAGES:
        return [() for _ in texts]
    lines = [[match.span() for match in _LINE.finditer(text)] for text in texts]
    heads = _running(texts, [page[: MAX_LINES + 1] for page in lines])
    feet = _running(texts, [page[: -MAX_LINES - 2 : -1] for page in lines])
    return [
        _kept(text, page, heads.get(number, []), feet.get(number, []))
        for number, (text, page) in enumerate(zip(texts, lines, strict=True))
    ]


def _kept(text: str, lines: list[type_Span], heads: list[type_Span], feet: list[type_Span]) -> tuple[type_Span, ...]:
    margins = sorted({*heads, *feet})
    body = (line for line in lines if line not in margins)
    return tuple(margins) if any(any(map(str.isalnum, text[start:end])) for start, end in body) else ()


def _running(texts: Sequence[str], edges: Sequence[Sequence[type_Span]]) -> Mapping[int, list[type_Span]]:
    """Running lines by page; `edges` are the lines of each page from its edge inwards."""
    groups: dict[str, list[_Edge]] = defaultdict(list)
    for page, lines in enumerate(edges):
        for edge in _edges(texts[page], page, lines):
            groups[edge.words].append(edge)
    running = {(edge.page, edge.span) for group in groups.values() for edge in _repeated(group, len(texts))}
    return {page: list(_from_the_edge(page, lines, running)) for page, lines in enumerate(edges)}


def _from_the_edge(page: int, lines: Sequence[type_Span], running: set[tuple[int, type_Span]]) -> Iterator[type_Span]:
    """The running lines with nothing between them and the edge; none if they never end."""
    count = next((index for index, line in enumerate(lines) if (page, line) not in running), len(lines))
    if count <= MAX_LINES:
        yield from lines[:count]


def _edges(text: str, page: int, lines: Sequence[type_Span]) -> Iterator[_Edge]:
    seen: set[str] = set()
    for start, end in lines:
        if end - start > _MAX_LENGTH:
            continue
        words, numbers = _without_numbers(text[start:end])
        if words not in seen:
            seen.add(words)
            yield _Edge(page, (start, end), words, numbers)


def _without_numbers(line: str) -> tuple[str, tuple[int, ...]]:
    line = " ".join(unicodedata.normalize("NFKC", line).casefold().split())
    roman = _ROMAN.fullmatch(line)
    if roman:
        return line.replace(roman[1], "#"), (_roman_value(roman[1]),)
    return _NUMBER.sub("#", line), tuple(int(number) for number in _NUMBER.findall(line))


def _roman_value(letters: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in letters]
    return values[-1] + sum(-one if one < following else one for one, following in pairwise(values))


def _repeated(group: Sequence[_Edge], page_count: int) -> Sequence[_Edge]:
    """Those of a group of like lines that are running heads or feet."""
    if len(group) < _MIN_PAGES or not _is_regular(group):
        return ()
    if len(group) > _MOST_PAGES * page_count:
        return group
    return [edge for run in _runs(group) if len(run) >= _CHAPTER_PAGES for edge in run]


def _is_regular(group: Sequence[_Edge]) -> bool:
    """Whether each number stays or counts; a line of numbers alone has to count."""
    positions = len(group[0].numbers)
    steps = [[_step(one, following, at) for one, following in pairwise(group)] for at in range(positions)]
    needed = _REGULAR * (len(group) - 1)
    if any(sum(step is not None for step in at) < needed for at in steps):
        return False
    counts = any(sum(bool(step) for step in at) >= needed for at in steps)
    has_words = any(map(str.isalpha, group[0].words))
    return not (counts and _PART.match(group[0].words)) if has_words else counts


def _step(one: _Edge, following: _Edge, at: int) -> int | None:
    """By how much a number grows to the next page: as much as the page's own, not at all, or irregularly."""
    grown = following.numbers[at] - one.numbers[at]
    return grown if grown in (0, following.page - one.page) else None


def _runs(group: Sequence[_Edge]) -> Iterator[list[_Edge]]:
    run = [group[0]]
    for edge in group[1:]:
        if edge.page - run[-1].page > _CHAPTER_STEP:
            yield run
            run = []
        run.append(edge)
    yield run
