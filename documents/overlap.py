"""Cuts text at the borders of its windows, so that a page can show which windows hold which words."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A window, or a marked passage, in the offsets of the document's text. `number` counts from 1."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Part of a document's text and where it begins in it. `margins` are its running heads and feet."""

    text: str
    offset: int
    margins: tuple[Span, ...] = ()

    @property
    def end(self) -> int:
        return self.offset + len(self.text)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text that lies in the same windows from its first to its last character."""

    text: str
    windows: tuple[int, ...]
    # Windows whose first words stand here.
    begins: tuple[int, ...] = ()
    is_marked: bool = False
    is_first_marked: bool = False
    # A running head or foot, which is in no window.
    is_margin: bool = False

    @property
    def is_shared(self) -> bool:
        return len(self.windows) > 1

    @property
    def tints(self) -> tuple[int, ...]:
        """Neighbouring windows get different tints."""
        return tuple(sorted({number % 2 for number in self.windows}))


def overlap_segments(excerpt: Excerpt, windows: Sequence[Span], marked: Span | None = None) -> list[Segment]:
    """Return the excerpt's text in order, without a gap, cut wherever a window or the mark begins or ends."""
    borders = _borders(excerpt, [*windows, *excerpt.margins, *([marked] if marked else [])])
    segments: list[Segment] = []
    unseen = {window.number for window in windows}
    mark_pending = marked is not None
    for start, end in zip(borders, borders[1:], strict=False):
        is_margin = any(margin.start <= start and end <= margin.end for margin in excerpt.margins)
        around = () if is_margin else windows
        inside = tuple(window.number for window in around if window.start <= start and end <= window.end)
        is_marked = marked is not None and not is_margin and marked.start <= start and end <= marked.end
        segments.append(
            Segment(
                text=excerpt.text[start - excerpt.offset : end - excerpt.offset],
                windows=inside,
                begins=tuple(number for number in inside if number in unseen),
                is_marked=is_marked,
                is_first_marked=is_marked and mark_pending,
                is_margin=is_margin,
            )
        )
        unseen.difference_update(inside)
        mark_pending = mark_pending and not is_marked
    return segments


def _borders(excerpt: Excerpt, spans: Sequence[Span]) -> list[int]:
    cuts = {excerpt.offset, excerpt.end}
    cuts.update(cut for span in spans for cut in (span.start, span.end) if excerpt.offset < cut < excerpt.end)
    return sorted(cuts)
