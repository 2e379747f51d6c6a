"""Numbers that a word processor draws before paragraphs but does not store in their text ("제3조", "2.1")."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

from documents.extraction.wordml import children, value

_MAX_LEVELS = 9
_MAX_NUMBER = 100_000
_PLACEHOLDER = re.compile(r"%([1-9])")
_GANADA = "가나다라마바사아자차카타파하"
_CHOSUNG = "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_UNITS = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class _Level:
    style: str
    pattern: str
    start: int


@dataclass(slots=True)
class Numbering:
    """The lists of one document, counting as its paragraphs are read in order."""

    _levels: dict[str, dict[int, _Level]]
    _counts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * _MAX_LEVELS))

    def label(self, list_id: str, depth: int) -> str:
        """What stands before the next paragraph of this list at this depth."""
        levels = self._levels.get(list_id, {})
        level = levels.get(depth)
        if level is None or level.style == "none":
            return ""
        counts = self._counts[list_id]
        counts[depth] = min((counts[depth] or level.start - 1) + 1, _MAX_NUMBER)
        counts[depth + 1 :] = [0] * (_MAX_LEVELS - depth - 1)
        if level.style == "bullet":
            return "-"
        return _PLACEHOLDER.sub(lambda match: _shown(levels, counts, int(match[1]) - 1), level.pattern)


def read_numbering(root: etree._Element | None) -> Numbering:
    if root is None:
        return Numbering({})
    abstract = {value(item, "abstractNumId", own=True): _levels(item) for item in children(root, "abstractNum")}
    lists = {}
    for item in children(root, "num"):
        lists[value(item, "numId", own=True)] = abstract.get(value(item, "abstractNumId"), {})
    return Numbering(lists)


def _levels(abstract: etree._Element) -> dict[int, _Level]:
    levels = {}
    for item in children(abstract, "lvl"):
        depth = as_number(value(item, "ilvl", own=True), 0)
        style = value(item, "numFmt") or "decimal"
        levels[depth] = _Level(style, value(item, "lvlText")[:50], as_number(value(item, "start"), 1))
    return {depth: level for depth, level in levels.items() if 0 <= depth < _MAX_LEVELS}


def as_number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else default


def _shown(levels: dict[int, _Level], counts: list[int], depth: int) -> str:
    level = levels.get(depth)
    number = counts[depth] or (level.start if level else 1)
    return _number(level.style if level else "decimal", number)


def _number(style: str, number: int) -> str:
    if style in ("upperLetter", "lowerLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 5)
        return letter.upper() if style == "upperLetter" else letter
    if style in ("upperRoman", "lowerRoman"):
        return _roman(number).upper() if style == "upperRoman" else _roman(number)
    if style == "ganada":
        return _GANADA[(number - 1) % len(_GANADA)]
    if style == "chosung":
        return _CHOSUNG[(number - 1) % len(_CHOSUNG)]
    if style.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    return str(number)


def _roman(number: int) -> str:
    if number > 3999:
        return str(number)
    letters = ""
    for worth, sign in _ROMAN + _ROMAN_UNITS:
        count, number = divmod(number, worth)
        letters += sign * count
    return letters
