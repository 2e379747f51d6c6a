"""Which words of an answer a reader may not see, when some of its sources are closed to them; pure.

A model that has read a closed passage may have used it anywhere. So what remains is what an open source was found to
support, and nothing else.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

type_Span = tuple[int, int]

# What Markdown puts before the words of a line, which says nothing.
_BEFORE_WORDS = re.compile(r"[\s>#*+|_~-]*(?:\d{1,3}[.)](?:\s+|$))?[\s*_~]*")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One citation: the words that it stands for, and its mark behind them."""

    words: type_Span
    mark: type_Span
    may_be_read: bool
    is_supported: bool


def hidden_spans(text: str, cited: Sequence[Spoken]) -> tuple[type_Span, ...]:
    """Spans in order that do not overlap; each lies within a line."""
    closed = [citation.words for citation in cited if not citation.may_be_read]
    remaining = [
        citation.words
        for citation in cited
        if citation.may_be_read and citation.is_supported and not any(_overlap(citation.words, span) for span in closed)
    ]
    marks = [citation.mark for citation in cited]
    return tuple(_worded(text, _between(sorted([*remaining, *marks]), len(text))))


def _overlap(one: type_Span, other: type_Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _between(kept: Iterable[type_Span], length: int) -> Iterator[type_Span]:
    last = 0
    for start, end in kept:
        if start > last:
            yield last, start
        last = max(last, end)
    if last < length:
        yield last, length


def _worded(text: str, spans: Iterable[type_Span]) -> Iterator[type_Span]:
    """Line by line what has words in it, without what only gives them their form."""
    for start, end in spans:
        for found in re.finditer(r"[^\n]+", text[start:end]):
            piece = found[0].rstrip()
            before = _BEFORE_WORDS.match(piece)
            first = before.end() if before else 0
            if re.search(r"\w", piece[first:]):
                yield start + found.start() + first, start + found.start() + len(piece)
