"""Citation marks in an answer: read while it streams, tied to sentences when it is done. Pure, and linear in
time.

Inside this product a mark is always `[n]`, with n the number of a passage that the answer was written from.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate

from documents.sentences import sentence_spans

# What models write: [1], [1, 2], [1-3], 【1】, 【1†source】.
_WRITTEN = re.compile(
    r"( {0,60})[\[【]\s{0,3}(\d{1,3}(?:\s{0,3}[,;，、–-]\s{0,3}\d{1,3}){0,12})\s{0,3}"
    r"(?:†[^\]】\n]{0,30})?[\]】]"
)
_NUMBERS = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
_LONGEST_RANGE = 20
# Every pattern below is bounded, so that what is held back stays short and the filter linear.
_OPEN_BRACKET = re.compile(r" {0,60}[\[【][^\]】\[【\n]{0,60}\Z")
# A space belongs to it if what follows cannot be a mark.
_PLAIN = re.compile(r"[^\n`\[【 ]+(?: [^\n`\[【 ]+)*")
_SPACES = re.compile(r" {1,60}")
_TICKS = re.compile(r"`{1,20}")
_CODE = re.compile(r"(`{1,20})(?!`)[^\n]{0,200}?(?<!`)\1(?!`)")
_OPEN_CODE = re.compile(r"`[^\n]{0,240}\Z")
_FENCE = re.compile(r" {0,3}(`{3,20}|~{3,20})")
_OPEN_FENCE = re.compile(r" {0,3}(?:`{0,20}|~{0,20})\Z")
# Fewer characters before a mark in mid-sentence are not a claim of their own.
_SHORTEST_CLAIM = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """One `[n]`: where it stands in the answer."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A mark and the words of the answer that it stands for."""

    mark: Mark
    start: int
    end: int


class MarkFilter:
    """Passes a streamed text through, with each mark as `[n]` and marks of unknown numbers gone; code stays.

    Whatever may still become a mark, inline code or a fence is held back, so that a mark which is split over
    tokens is read like any other. `marks` are those let through, with their places in the text given out.
    """

    def __init__(self, known: Collection[int]) -> None:
        self.marks: list[Mark] = []
        self._known = frozenset(known)
        self._held = ""
        self._given_out = 0
        self._at_line_start = True
        self._fence = ""

    def feed(self, token: str) -> str:
        return self._pass(self._held + token, final=False)

    def flush(self) -> str:
        """Return what was held back; called once, when the text has ended."""
        return self._pass(self._held, final=True)

    def _pass(self, text: str, *, final: bool) -> str:
        pieces: list[str] = []
        at = 0
        while at < len(text):
            step = self._step(text, at, final)
            if step is None:
                break
            piece, at = step
            pieces.append(piece)
            self._given_out += len(piece)
        self._held = text[at:]
        return "".join(pieces)

    def _step(self, text: str, at: int, final: bool) -> tuple[str, int] | None:
        """The next piece to give out and where to go on; None to wait for more."""
        if self._at_line_start:
            return self._line_start(text, at, final)
        if text[at] == "\n":
            self._at_line_start = True
            return "\n", at + 1
        if self._fence:
            end = text.find("\n", at)
            return _piece(text, at, len(text) if end < 0 else end)
        if text[at] == "`":
            return _inline_code(text, at, final)
        if text[at] in "[【 ":
            return self._mark(text, at, final)
        return _piece(text, at, _end(_PLAIN, text, at))

    def _line_start(self, text: str, at: int, final: bool) -> tuple[str, int] | None:
        if not final and _OPEN_FENCE.match(text, at):
            return None
        self._at_line_start = False
        fence = _FENCE.match(text, at)
        if not fence or self._fence not in ("", fence[1][0]):
            return "", at
        self._fence = "" if self._fence else fence[1][0]
        return _piece(text, at, fence.end())

    def _mark(self, text: str, at: int, final: bool) -> tuple[str, int] | None:
        written = _WRITTEN.match(text, at)
        if written:
            return self._known_marks(written), written.end()
        if not final and _OPEN_BRACKET.match(text, at):
            return None
        end = _end(_SPACES, text, at) if text[at] == " " else at + 1
        waits = not final and end == len(text) and end - at < 60 and text[at] == " "
        return None if waits else _piece(text, at, end)

    def _known_marks(self, written: re.Match[str]) -> str:
        numbers = [number for number in _numbers(written[2]) if number in self._known]
        piece = written[1] if numbers else ""
        for number in numbers:
            start = self._given_out + len(piece)
            piece += f"[{number}]"
            self.marks.append(Mark(number, start, self._given_out + len(piece)))
        return piece


def without_marks(text: str) -> str:
    """Return a document's words without numbers in brackets, which would be taken for marks."""
    return _WRITTEN.sub("", text)


def claims(text: str, marks: Sequence[Mark]) -> list[Claim]:
    """Tie each mark to the sentence before it, or to the part of it that no other mark stands for."""
    plain = _Plain(text, marks)
    spans = sentence_spans(plain.text)
    stops = sorted(set(plain.places))
    found = []
    for mark, place in zip(marks, plain.places, strict=True):
        home = _home(spans, plain.text, place)
        found.append(Claim(mark, *plain.in_answer(*_words(home, stops, place))))
    return found


class _Plain:
    """An answer without its marks, and the way back to its offsets."""

    def __init__(self, text: str, marks: Sequence[Mark]) -> None:
        bounds = [0, *(edge for mark in marks for edge in (mark.start, mark.end)), len(text)]
        pieces = [text[bounds[i] : bounds[i + 1]] for i in range(0, len(bounds), 2)]
        self.text = "".join(pieces)
        self.places = list(accumulate(map(len, pieces[:-1])))
        self._removed = [0, *accumulate(mark.end - mark.start for mark in marks)]

    def in_answer(self, start: int, end: int) -> tuple[int, int]:
        """A start goes behind the marks at its place, an end before them."""
        first = start + self._removed[bisect_right(self.places, start)]
        return first, max(end + self._removed[bisect_left(self.places, end)], first)


def _home(spans: Sequence[tuple[int, int]], plain: str, place: int) -> tuple[int, int]:
    """The sentence that a mark at `place` belongs to: the one before it on its line, else the one after."""
    index = bisect_left(spans, (place, 0))
    before = spans[index - 1] if index else None
    if before and "\n" not in plain[before[1] : place]:
        return before
    if index < len(spans):
        return spans[index]
    return before or (place, place)


def _words(home: tuple[int, int], stops: Sequence[int], place: int) -> tuple[int, int]:
    """Narrow a sentence to what lies between the mark before and, if another one follows, this mark."""
    start, end = home
    index = bisect_left(stops, place)
    if index and start < stops[index - 1] <= place - _SHORTEST_CLAIM:
        start = stops[index - 1]
    follows = index + 1 < len(stops) and place + _SHORTEST_CLAIM <= stops[index + 1] <= end
    if follows and place - start >= _SHORTEST_CLAIM:
        end = place
    return start, end


def _numbers(written: str) -> list[int]:
    found: dict[int, None] = {}
    for match in _NUMBERS.finditer(written):
        first, last = int(match[1]), int(match[2] or match[1])
        if first <= last < first + _LONGEST_RANGE:
            found.update(dict.fromkeys(range(first, last + 1)))
    return list(found)


def _inline_code(text: str, at: int, final: bool) -> tuple[str, int] | None:
    code = _CODE.match(text, at)
    if code and (final or code.end() < len(text)):
        return _piece(text, at, code.end())
    if not final and (code or _OPEN_CODE.match(text, at)):
        return None
    return _piece(text, at, _end(_TICKS, text, at))


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at + 1


def _piece(text: str, start: int, end: int) -> tuple[str, int]:
    return text[start:end], end
