"""Where sentences begin and end, in Korean and English; pure and linear in the length of the text."""

import re
from collections.abc import Iterator

# A line break ends every sentence.
_LINE = re.compile(r"[^\n]+")
# Between the cells of a row, which is never cut.
_CELL_MARK = " | "
# A sentence ends at its mark, with closing quotes or brackets, before white space. Full-width marks need no
# space behind them.
_BOUNDARY = re.compile(r"""[.!?…]+["'”’)\]»」』]*(?=\s)|[。！？]+["'”’)\]»」』]*""")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Za-z]|[A-Za-z]\.[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|No|Nos|Fig|Figs|Eq|vs|etc|cf|al|approx|Inc|Ltd|Co|Corp"
    r"|Art|Sec|Ch|Vol|pp|ca|e\.g|i\.e|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\.$"
)
# No abbreviation is longer than this, so looking further back would only cost time.
_LOOK_BACK = 12
# "1." and "가." stand before a sentence, they are none.
_NUMBERING = re.compile(r"(?:\d{1,3}|[가나다라마바사아자차카타파하])\.")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence without surrounding white space, in order and not overlapping."""
    return [span for span in _spans(text) if span[0] < span[1]]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for line in _LINE.finditer(text):
        if _CELL_MARK in line[0]:
            yield _trimmed(text, *line.span())
        else:
            yield from _spans_of_line(text, *line.span())


def _spans_of_line(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _BOUNDARY.finditer(text, start, end):
        if not _is_inside_a_sentence(text, start, match):
            yield _trimmed(text, start, match.end())
            start = match.end()
    yield _trimmed(text, start, end)


def _is_inside_a_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    before = text[max(start, match.end() - _LOOK_BACK) : match.end()]
    if _ABBREVIATION.search(before):
        return text[match.end() : match.end() + 2].strip() != ""
    return _NUMBERING.fullmatch(text[start : match.end()].strip()) is not None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
