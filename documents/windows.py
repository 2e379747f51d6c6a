"""Pages into overlapping windows; pure. A window is a run of whole sentences, counted by the model's own tokenizer.

Offsets refer to the document's text and always hold: documents.pages.windowed_text(...)[start:end] is the window.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from documents.sentences import sentence_spans

# A tail below this many tokens says too little by itself and joins its neighbour.
MIN_TAIL_TOKENS = 50

# Start offset of every token of a text, in order.
TokenStarts = Callable[[str], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Section:
    """Text that belongs together: a page, or what stands below one heading. `start` is its document offset."""

    text: str
    start: int
    page: int
    heading: str = ""
    # The text goes on in the next section without a sentence end (a page break in the middle of a sentence).
    flows_on: bool = False
    # No window reaches over its beginning: a page before it was left out, or it is a slide or a sheet.
    begins_anew: bool = False


@dataclass(frozen=True, slots=True)
class WindowSize:
    """Tokens that a window may hold, and how many of them it repeats from the window before."""

    tokens: int
    overlap: int


@dataclass(frozen=True, slots=True)
class Window:
    start: int
    end: int
    page: int
    heading: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or a part of one that is longer than a window."""

    start: int
    end: int
    tokens: int
    page: int
    heading: str


def cut(sections: Sequence[Section], size: WindowSize, token_starts: TokenStarts) -> list[Window]:
    """Cut sections into windows of at most `size.tokens` tokens, in reading order."""
    token_starts = cache(token_starts)
    windows: list[Window] = []
    for run in _runs(sections, token_starts):
        windows.extend(_packed(list(_joined(run, size.tokens, token_starts)), size))
    return windows


def _runs(sections: Sequence[Section], token_starts: TokenStarts) -> Iterator[list[Section]]:
    """Neighbouring sections that are windowed together: those that flow on, and short ones with their neighbour."""
    run: list[Section] = []
    tokens = 0
    for section in sections:
        length = len(token_starts(section.text))
        if not length:
            continue
        joins = not section.begins_anew and run and (run[-1].flows_on or min(tokens, length) < MIN_TAIL_TOKENS)
        if run and not joins:
            yield run
            run, tokens = [], 0
        run.append(section)
        tokens += length
    if run:
        yield run


def _joined(run: Sequence[Section], limit: int, token_starts: TokenStarts) -> Iterator[_Piece]:
    """The pieces of neighbouring sections. The halves of a sentence that a page break cuts are one, if that fits."""
    last: _Piece | None = None
    flows_on = False
    for section in run:
        for piece in _pieces(section, limit, token_starts):
            if last and flows_on and last.tokens + piece.tokens <= limit:
                last = _one(last, piece)
            else:
                if last:
                    yield last
                last = piece
            flows_on = False
        flows_on = section.flows_on
    if last:
        yield last


def _one(first: _Piece, second: _Piece) -> _Piece:
    """Two halves of a sentence, on the page of the longer one."""
    longer = max(first, second, key=lambda piece: piece.end - piece.start)
    return _Piece(first.start, second.end, first.tokens + second.tokens, longer.page, longer.heading)


def _pieces(section: Section, limit: int, token_starts: TokenStarts) -> Iterator[_Piece]:
    starts = token_starts(section.text)
    for start, end in sentence_spans(section.text):
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        for low in range(first, max(last, first + 1), limit):
            high = min(low + limit, last)
            piece_start = start if low == first else starts[low]
            piece_end = end if high >= last else starts[high]
            yield _Piece(
                section.start + piece_start,
                section.start + piece_end,
                high - low,
                section.page,
                section.heading,
            )


def _packed(pieces: Sequence[_Piece], size: WindowSize) -> Iterator[Window]:
    """Greedy packing; each window but the first begins with the last sentences of the one before."""
    taken: list[_Piece] = []
    fresh = 0
    for piece in pieces:
        if taken and _tokens(taken) + piece.tokens > size.tokens:
            yield _window(taken)
            taken = _overlap(taken, size.overlap, size.tokens - piece.tokens)
            fresh = 0
        taken.append(piece)
        fresh += 1
    if fresh:
        yield _window(_with_filled_tail(taken, pieces, fresh, size))


def _with_filled_tail(taken: list[_Piece], pieces: Sequence[_Piece], fresh: int, size: WindowSize) -> list[_Piece]:
    """A last window that is nearly empty reaches further back instead of standing alone."""
    if _tokens(taken) >= MIN_TAIL_TOKENS:
        return taken
    rest = list(pieces[: len(pieces) - len(taken)])
    while rest and _tokens(taken) < MIN_TAIL_TOKENS and _tokens(taken) + rest[-1].tokens <= size.tokens:
        taken = [rest.pop(), *taken]
    return taken


def _overlap(taken: Sequence[_Piece], overlap: int, room: int) -> list[_Piece]:
    kept: list[_Piece] = []
    for piece in reversed(taken):
        if _tokens(kept) + piece.tokens > min(overlap, room):
            break
        kept.insert(0, piece)
    return kept


def _tokens(pieces: Sequence[_Piece]) -> int:
    return sum(piece.tokens for piece in pieces)


def _window(pieces: Sequence[_Piece]) -> Window:
    """The window's page and heading are those that most of it lies under."""
    lengths: dict[tuple[int, str], int] = {}
    for piece in pieces:
        key = (piece.page, piece.heading)
        lengths[key] = lengths.get(key, 0) + piece.end - piece.start
    page, heading = max(lengths, key=lambda key: lengths[key])
    return Window(pieces[0].start, pieces[-1].end, page, heading)
