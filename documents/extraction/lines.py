"""Finds out which drawn lines of a page go on in the next one, and puts those together; pure.

A line was wrapped if the first word of the next would not have fitted behind it. What looks like a table, a
list or a heading keeps its lines: a sentence cut in two does less harm than rows made into one.
"""

import re
import statistics
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

# What stands for a hyphen, and no line end with it, where a line ends in one.
HYPHEN = "\x02"
_LINE_END = "\r\n"
# Cleaning removes it, so that no character moves.
_NOTHING = "\x00"

# Lengths in units of the font size.
_MIN_WIDTH = 15.0
# A space, and what punctuation may hang over the margin.
_SPACE = 0.5
_ALIGNED = 0.5
_CELL_INDENT = 1.5
_FIRST_LINE_INDENT = 8.0
_LIST_INDENT = 5.0
_MIN_LEADING, _MAX_LEADING = 0.5, 2.5
# Lines that end this close to the margin show where it is, if there are some of them.
_RAGGED = 4.0
_MARGIN_LINES = 3
# Where not even a syllable fits behind any line, lines are cut inside Korean words.
_SYLLABLE = 1.0
_PARAGRAPH_LEADING = 1.2
_SAME_SIZE = 0.1
# A page with so many words cut at the margin was set by a program that hyphenates.
_HYPHENATED_WORDS = 3

LIST_MARKER = re.compile(
    r"""\s*(?:
        [•·∙▪■□○●◦◆◇▶►‣⁃※☐☑☒✓✔*–—-]\s
      | [(\[]?(?:\d{1,2}(?:\.\d{1,2})*|[A-Za-z]|[ivxIVX]{1,5}|[가나다라마바사아자차카타파하])[.)\]]\s
      | [①-⑳㉠-㉿]
      | \|
    )""",
    re.VERBOSE,
)
_PART = re.compile(
    r"\s*(?:제\s?\d+\s?[조장절항관편](?:[\s(]|$)|(?:Item|Note|Section|Part|Article|Chapter|Exhibit)\s+[\dIVX]+[A-Z]?\b)"
)
_SENTENCE_END = re.compile(r"""[.!?:;。…]["'”’)\]」』]*$""")
_DOT_LEADER = re.compile(r"(?:\.\s?){4}")
_HANGUL = re.compile("[가-힣]")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# Writing direction and size.
_Key = tuple[int, float]
# No longer parts, so that a page of one endless word costs no more than any other.
_CUT_WORD = re.compile(f"(?<![^\\W\\d_])([a-z]{{1,30}}){HYPHEN}([a-z]{{1,30}})(?![^\\W\\d_])")


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn line, raw[start:end], and where it lies along its own writing direction.

    `cell` is where the last of its table cells begins; the line's own beginning if it has no wide gap.
    """

    start: int
    end: int
    left: float
    right: float
    baseline: float
    size: float
    first_word: float
    cell: float
    turn: int = 0

    @property
    def is_row(self) -> bool:
        return self.cell > self.left


def mend(raw: str, lines: Sequence[Line]) -> str:
    """The text of a page with a line end only where a line really ends, as long as before."""
    margins = _Margins(lines)
    wrapped = _wrapped(raw, lines, margins)
    cuts_words = _cuts_korean_words(raw, wrapped, margins)
    characters = list(raw)
    for line, following in wrapped:
        gap = " " if _is_spaced(raw, line, following, cuts_words) else _NOTHING
        characters[line.end : following.start] = gap, _NOTHING
    for position, hyphen in _hyphens(raw):
        characters[position] = hyphen
    return "".join(characters)


class _Margins:
    """How far to the right text goes where a line stands."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._sizes: defaultdict[_Key, list[Line]] = defaultdict(list)
        self._blocks: defaultdict[tuple[_Key, int], list[float]] = defaultdict(list)
        for line in sorted(lines, key=lambda line: line.left):
            self._sizes[_size(line)].append(line)
            self._blocks[_size(line), round(line.left)].append(line.right)
        self._lefts = {key: [line.left for line in group] for key, group in self._sizes.items()}
        self._furthest = {
            key: list(accumulate((line.right for line in group), max)) for key, group in self._sizes.items()
        }
        self._rights = {key: sorted(line.right for line in group) for key, group in self._sizes.items()}
        for block in self._blocks.values():
            block.sort()

    def right(self, line: Line) -> float:
        """Where lines end that begin at the same place, if enough of them show it; else in the whole column."""
        block = self._blocks[_size(line), round(line.left)]
        return block[-1] if _is_shown(block, block[-1], line.size) else self._column(line)

    def is_certain(self, line: Line) -> bool:
        """Whether several lines of the column end there; the longest item of a list makes its own margin."""
        column = self._column(line)
        is_own = self.right(line) >= column - _RAGGED * line.size
        return is_own and _is_shown(self._rights[_size(line)], column, line.size)

    def _column(self, line: Line) -> float:
        """The furthest end of a line that begins before this one ends: the next column does not count."""
        return self._furthest[_size(line)][bisect_left(self._lefts[_size(line)], line.right) - 1]


def _size(line: Line) -> _Key:
    return line.turn, round(line.size, 1)


def _is_shown(rights: Sequence[float], margin: float, size: float) -> bool:
    """Whether enough of the sorted line ends lie near the margin."""
    near = bisect_right(rights, margin) - bisect_left(rights, margin - _RAGGED * size)
    return near >= _MARGIN_LINES


def _wrapped(raw: str, lines: Sequence[Line], margins: _Margins) -> list[tuple[Line, Line]]:
    """Pairs of neighbours of which the first goes on in the second."""
    pairs = [
        (line, following)
        for line, following in pairwise(lines)
        if raw[line.end : following.start] == _LINE_END
        and _is_below(line, following)
        and _is_aligned(raw, line, following)
        and _was_full(line, following, margins)
        and _reads_on(raw, line, following, margins)
    ]
    # Paragraphs often stand apart by a little more than their lines.
    usual = statistics.median(map(_leading, pairs)) if pairs else 0.0
    return [pair for pair in pairs if _leading(pair) <= usual * _PARAGRAPH_LEADING]


def _leading(pair: tuple[Line, Line]) -> float:
    line, following = pair
    return (line.baseline - following.baseline) / line.size


def _is_below(line: Line, following: Line) -> bool:
    return (
        line.turn == following.turn
        and abs(line.size - following.size) <= _SAME_SIZE * line.size
        and _MIN_LEADING <= _leading((line, following)) <= _MAX_LEADING
    )


def _is_aligned(raw: str, line: Line, following: Line) -> bool:
    """A line goes on at its own left edge, behind its list marker, or in its last table cell."""
    indent = (following.left - line.cell) / line.size
    if following.is_row:
        return False
    if line.is_row:
        return -_ALIGNED <= indent <= _CELL_INDENT
    hanging = _LIST_INDENT if LIST_MARKER.match(raw, line.start, line.end) else _ALIGNED
    return -_FIRST_LINE_INDENT <= indent <= hanging


def _was_full(line: Line, following: Line, margins: _Margins) -> bool:
    needed = line.right + _SPACE * line.size + following.first_word
    return line.right - line.cell >= _MIN_WIDTH * line.size and needed > margins.right(line)


def _reads_on(raw: str, line: Line, following: Line, margins: _Margins) -> bool:
    text, next_text = raw[line.start : line.end].rstrip(), raw[following.start : following.end]
    if _begins_anew(text, next_text) or _is_figures(text) or _is_figures(next_text):
        return False
    plainly = not _SENTENCE_END.search(text) and not next_text.lstrip()[:1].isupper()
    return plainly or margins.is_certain(line)


def _begins_anew(text: str, next_text: str) -> bool:
    """A list item, an entry of a table of contents, a heading."""
    if LIST_MARKER.match(next_text) or _DOT_LEADER.search(text):
        return True
    if _PART.match(next_text):
        return not text.endswith(",")
    return _is_capitals(text) and not _is_capitals(next_text)


def _is_capitals(text: str) -> bool:
    return text.isupper() and not _HANGUL.search(text)


def _is_figures(text: str) -> bool:
    """A row of a table whose columns stand too close for a gap."""
    words = text.split()
    return len(words) >= 3 and 2 * sum(any(map(str.isdigit, word)) for word in words) > len(words)


def _cuts_korean_words(raw: str, wrapped: Sequence[tuple[Line, Line]], margins: _Margins) -> bool:
    """Whether this page's lines are cut at any syllable, judged by the spaces and the room at their ends."""
    korean = [line for line, following in wrapped if _is_hangul(raw, line.end - 1, following.start)]
    if any(raw[line.end - 1].isspace() for line, _ in wrapped):
        return True
    return len(korean) >= _MARGIN_LINES and all(
        margins.right(line) - line.right < _SYLLABLE * line.size for line in korean
    )


def _is_spaced(raw: str, line: Line, following: Line, cuts_words: bool) -> bool:
    before, after = raw[line.end - 1], raw[following.start]
    if before.isspace() or after.isspace():
        return False
    if before == "-" and raw[line.end - 2].isalnum() and after.isalnum():
        return False
    return not (cuts_words and _is_hangul(raw, line.end - 1, following.start))


def _is_hangul(raw: str, *positions: int) -> bool:
    return all("가" <= raw[position] <= "힣" for position in positions)


def _hyphens(raw: str) -> Iterator[tuple[int, str]]:
    """What becomes of each hyphen at a line end: nothing where a word was cut, itself in a compound."""
    cut_words = {match.end(1): match for match in _CUT_WORD.finditer(raw)}
    known = {word.lower() for word in _WORD.findall(raw)} if cut_words else set()
    is_usual = len(cut_words) >= _HYPHENATED_WORDS
    for match in re.finditer(HYPHEN, raw):
        word = cut_words.get(match.start())
        yield match.start(), _NOTHING if word and _is_one_word(word, known, is_usual) else "-"


def _is_one_word(cut: re.Match[str], known: set[str], is_usual: bool) -> bool:
    if f"{cut[1]}-{cut[2]}" in known:
        return False
    return is_usual or cut[1] + cut[2] in known
