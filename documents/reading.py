"""One page of a document to read: a bearable part of its text, cut where its windows begin and end."""

from collections.abc import Iterator
from dataclasses import dataclass

from documents.models import Chunk, Document, Generation, Page
from documents.overlap import Excerpt, Segment, Span, overlap_segments
from documents.pages import page_at

# An unpaged file is one page however long; more text than this at once is slow to show and to read.
PART_LENGTH = 20_000
MAX_OUTLINE = 300
# How much text stands before and after a marked passage, at least.
SURROUNDINGS = 700


@dataclass(frozen=True, slots=True)
class Leaf:
    """What stands on the screen: one page, or one part of a long one."""

    page: Page
    page_count: int
    excerpt: Excerpt
    part: int
    part_count: int
    segments: list[Segment]
    marked: Span | None = None

    @property
    def previous_page(self) -> int | None:
        return self.page.number - 1 if self.page.number > 1 else None

    @property
    def next_page(self) -> int | None:
        return self.page.number + 1 if self.page.number < self.page_count else None

    @property
    def previous_part(self) -> int | None:
        return self.part - 1 if self.part > 1 else None

    @property
    def next_part(self) -> int | None:
        return self.part + 1 if self.part < self.part_count else None

    @property
    def windows(self) -> list[int]:
        return sorted({number for segment in self.segments for number in segment.windows})

    @property
    def has_shared_text(self) -> bool:
        return any(segment.is_shared for segment in self.segments)


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    text: str
    level: int
    page: int
    offset: int

    @property
    def end(self) -> int:
        return self.offset + len(self.text)


def leaf(document: Document, page: Page, *, part: int = 1, marked: Span | None = None) -> Leaf:
    """Return a part of the page; with a mark, the part in which the mark begins."""
    bounds = _part_bounds(page.text)
    if marked:
        at = min(max(marked.start - page.offset, 0), len(page.text))
        part = next((n for n, (low, high) in enumerate(bounds, 1) if low <= at < high), len(bounds))
    part = min(max(part, 1), len(bounds))
    low, high = bounds[part - 1]
    excerpt = _excerpt(page, low, high)
    segments = overlap_segments(excerpt, _windows(document, excerpt), marked)
    return Leaf(page, document.page_count, excerpt, part, len(bounds), segments, marked)


def outline(document: Document) -> list[OutlineEntry]:
    return list(_entries(document))


def surroundings(document_id: int, marked: Span) -> list[Segment]:
    """Return the marked passage with some text around it."""
    page = page_at(document_id, marked.start)
    low = max(marked.start - page.offset - SURROUNDINGS, 0)
    high = min(marked.end - page.offset + SURROUNDINGS, len(page.text))
    low, high = _at_line_starts(page.text, low, high)
    return overlap_segments(_excerpt(page, low, high), [], marked)


def _excerpt(page: Page, low: int, high: int) -> Excerpt:
    margins = tuple(Span(0, page.offset + start, page.offset + end) for start, end in page.margins)
    return Excerpt(page.text[low:high], page.offset + low, margins)


def _at_line_starts(text: str, low: int, high: int) -> tuple[int, int]:
    """Widen to whole lines, or to whole words where lines are long."""
    before = max(text.rfind("\n", max(low - 200, 0), low), text.rfind(" ", max(low - 30, 0), low))
    after = [cut for cut in (text.find("\n", high, high + 200), text.find(" ", high, high + 30)) if cut >= 0]
    return (before + 1 if low else 0), (min(after) if after else high)


def _part_bounds(text: str) -> list[tuple[int, int]]:
    cuts = [0]
    while len(text) - cuts[-1] > PART_LENGTH:
        aim = cuts[-1] + PART_LENGTH
        line_end = text.rfind("\n", aim - PART_LENGTH // 4, aim)
        cuts.append(line_end + 1 if line_end >= 0 else aim)
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))


def _windows(document: Document, excerpt: Excerpt) -> list[Span]:
    chunks = Chunk.objects.filter(
        generation__in=Generation.objects.filter(state=Generation.State.ACTIVE),
        document=document,
        start__lt=excerpt.end,
        end__gt=excerpt.offset,
    )
    rows = chunks.order_by("ordinal").values_list("ordinal", "start", "end")
    return [Span(ordinal + 1, start, end) for ordinal, start, end in rows]


def _entries(document: Document) -> Iterator[OutlineEntry]:
    pages = document.pages.exclude(headings=[]).values_list("number", "offset", "headings")
    found = 0
    for number, offset, headings in pages:
        for heading in headings:
            if found == MAX_OUTLINE:
                return
            found += 1
            yield OutlineEntry(heading["text"], heading["level"], number, offset + heading["start"])
