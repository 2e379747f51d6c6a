"""Which words of a passage the query found it by, and the part of it that is worth showing; pure but for the analyser.

Latin words are compared by their stems. A Korean term is marked where it stands, without the particle behind it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from documents.language import HANGUL
from documents.sentences import sentence_spans
from documents.terms import content_terms, normalised

# About four lines; a Hangul syllable is nearly twice as wide as a letter.
EXCERPT_WIDTH = 340
_HANGUL_WIDTH = 1.8
_RUN = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|[가-힣]+|[^\W_가-힣]+")
_SPACES = re.compile(r"\s+")
# Between two rows of a table, which stay lines of their own.
_ROW_END = re.compile(r"(?<=\|)[^\S\n]*\n\s*(?=\|)")
# What may stand between two marks that are shown as one: 21 CFR, v2.3, AB-123.
_JOINT = re.compile(r"[ \-_./:@&+'’]?")
_NOTHING = re.compile("")

type_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a passage that is shown, `start` and `end` counted in the passage."""

    start: int
    end: int
    pieces: tuple[Piece, ...]
    is_cut: bool


def marks(text: str, terms: Iterable[str], shortest: int = 1) -> list[type_Span]:
    """Return where the terms stand in the text, in order and not overlapping; no mark is shorter than `shortest`."""
    wanted = frozenset(terms)
    hangul = sorted((term for term in wanted if HANGUL.search(term) and len(term) > 1), key=len, reverse=True)
    # Looking ahead finds terms that overlap, too.
    inside = re.compile(f"(?=({'|'.join(map(re.escape, hangul))}))") if hangul else None
    syllables = frozenset(term for term in wanted if len(term) == 1 and HANGUL.match(term))
    found: list[type_Span] = []
    for run in _RUN.finditer(text):
        if not HANGUL.match(run[0]):
            found += [run.span()] if wanted & _stems(run[0]) else []
            continue
        found += _in_hangul(run, inside, syllables)
    whole = [span for span in _joined(text, found, _NOTHING) if span[1] - span[0] >= shortest]
    return _joined(text, whole, _JOINT)


def pieces(text: str, spans: Sequence[type_Span], low: int, high: int) -> tuple[Piece, ...]:
    """The text from `low` to `high`, cut at the marks, without its line breaks but those between rows of a table."""
    found: list[Piece] = []
    at = low
    for start, end in [*(span for span in spans if low <= span[0] and span[1] <= high), (high, high)]:
        found += [Piece(_flowing(text[at:start]), False), Piece(_flowing(text[start:end]), True)]
        at = end
    return tuple(piece for piece in found if piece.text)


def excerpt(text: str, spans: Sequence[type_Span]) -> Excerpt:
    """Return the run of sentences with the most different marks; of equal ones the first."""
    sentences = sentence_spans(text) or [(0, len(text))]
    low, high = max(_runs(text, sentences), key=lambda run: (_richness(text, spans, run), -run[0]))
    if _width(text[low:high]) > EXCERPT_WIDTH:
        low, high = _around_marks(text, spans, low, high)
    first, last = sentences[0][0], sentences[-1][1]
    shown = (*_ellipsis("… ", low > first), *pieces(text, spans, low, high), *_ellipsis(" …", high < last))
    return Excerpt(low, high, shown, is_cut=low > first or high < last)


def _flowing(text: str) -> str:
    return "\n".join(_SPACES.sub(" ", rows) for rows in _ROW_END.split(text))


def _ellipsis(sign: str, is_cut: bool) -> tuple[Piece, ...]:
    return (Piece(sign, False),) if is_cut else ()


def _in_hangul(
    run: "re.Match[str]", inside: "re.Pattern[str] | None", syllables: frozenset[str]
) -> Iterator[type_Span]:
    for match in inside.finditer(run[0]) if inside else ():
        yield run.start() + match.start(1), run.start() + match.end(1)
    # One syllable alone stands in many words; only the analyser knows in which it is a word of its own.
    for syllable in syllables & set(run[0]) & _stems(run[0]):
        at = run.start() + run[0].index(syllable)
        yield at, at + 1


@lru_cache(maxsize=50_000)
def _stems(word: str) -> frozenset[str]:
    return frozenset(content_terms(word)) | {normalised(word)}


def _joined(text: str, spans: list[type_Span], joint: "re.Pattern[str]") -> list[type_Span]:
    """One mark for those that overlap or have nothing but the joint between them."""
    found: list[type_Span] = []
    for start, end in sorted(spans):
        if found and (start < found[-1][1] or joint.fullmatch(text, found[-1][1], start)):
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _runs(text: str, sentences: Sequence[type_Span]) -> Iterator[type_Span]:
    """For each sentence the longest run that begins with it and fits; at least itself."""
    for index, (start, end) in enumerate(sentences):
        for following in sentences[index + 1 :]:
            if _width(text[start : following[1]]) > EXCERPT_WIDTH:
                break
            end = following[1]
        yield start, end


def _richness(text: str, spans: Sequence[type_Span], run: type_Span) -> tuple[int, int]:
    """How many different words are marked in a run, and how many marks it has."""
    inside = [text[start:end] for start, end in spans if run[0] <= start and end <= run[1]]
    return len({word for mark in inside for word in _words_of(mark)}), len(inside)


@lru_cache(maxsize=10_000)
def _words_of(mark: str) -> frozenset[str]:
    return frozenset((mark,)) if HANGUL.search(mark) else frozenset(content_terms(mark))


def _around_marks(text: str, spans: Sequence[type_Span], low: int, high: int) -> type_Span:
    """Part of a sentence that is too long by itself, from a few words before its first mark."""
    first = next((start for start, _end in spans if low <= start < high), low)
    start = max(low, first - EXCERPT_WIDTH // 5)
    start = start if start == low else _behind_space(text, start, first)
    end = start
    width = 0.0
    while end < high and width < EXCERPT_WIDTH:
        width += _HANGUL_WIDTH if HANGUL.match(text[end]) else 1
        end += 1
    return start, end if end == high else max(text.rfind(" ", start + 1, end), start + 1)


def _behind_space(text: str, low: int, high: int) -> int:
    space = text.find(" ", low, high)
    return low if space < 0 else space + 1


def _width(text: str) -> float:
    return len(text) + (_HANGUL_WIDTH - 1) * len(HANGUL.findall(text))
