"""Days and times of day in a text, in one form for both languages; pure.

2024-03-01, 2024. 3. 1., 2024년 3월 1일, March 1, 2024 and 1 March 2024 are the same day; 3/1 and 3월 1일 say no year.
"""

import re
from dataclasses import dataclass

from chat.support.quantities import Quantity

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_M = r"(?P<month>1[0-2]|0?[1-9])"
_D = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_TH = r"(?:st|nd|rd|th)?"
_DAYS = [
    re.compile(pattern)
    for pattern in (
        rf"(?<![\d.-]){_YEAR}(?:([-/])|(\.\s?)){_M}(?(2)\2|\.\s?){_D}(?![\d])\.?",
        rf"(?<!\d){_YEAR}\s?년\s?{_M}\s?월(?:\s?{_D}\s?일)?",
        rf"\b{_MONTH}\s{_D}{_TH}\b(?:,?\s{_YEAR}\b)?",
        rf"\b{_D}{_TH}\s(?:of\s)?{_MONTH}(?![a-z])(?:,?\s{_YEAR}\b)?",
        rf"\b{_MONTH},?\s{_YEAR}\b",
        rf"(?<![\d/]){_M}/{_D}(?:/{_YEAR})?(?![\d/%])",
        rf"(?<!\d){_M}\s?월(?:\s?{_D}\s?일)?(?!급|세|요)",
        rf"(?<!\d){_YEAR}\s?(?:년도?(?!간|\s?동안)|학년도)",
        rf"\b(?:in|of|since|until|by|from|during|year)\s{_YEAR}(?![\w%]|[,.]\d)",
    )
]
_CLOCKS = [
    re.compile(pattern)
    for pattern in (
        r"(?<![\d:])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?![\d:])(?:\s?[ap]\.?m\b\.?)?",
        r"(?<!\d)(?P<hour>[01]?\d|2[0-4])\s?시(?!간|기|도|장|스)(?:\s?(?P<minute>[0-5]?\d)\s?분|\s?(?P<half>반))?",
        r"(?<![\d:.])(?P<hour>1[0-2]|0?[1-9])\s?[ap]\.?m\b\.?",
    )
]
# Morning or afternoon is often left out.
_HALF_DAY = 12 * 60


@dataclass(frozen=True, slots=True)
class Day:
    """As much of a day as is written: 0 for a part that is not."""

    year: int = 0
    month: int = 0
    day: int = 0

    def agrees_with(self, other: "Day") -> bool:
        """Whether `other`, from a source, bears out this one: it has what this one says of month and day."""
        same = all(theirs in (0, own) or not own for own, theirs in zip(self._parts(), other._parts(), strict=True))
        return same and bool(other.month or not self.month) and bool(other.day or not self.day)

    def contradicts(self, other: "Day") -> bool:
        pairs = zip(self._parts(), other._parts(), strict=True)
        return any(own and theirs and own != theirs for own, theirs in pairs)

    def _parts(self) -> tuple[int, int, int]:
        return self.year, self.month, self.day


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days and times of day in a text, and the text without them, of the same length."""

    days: list[Day]
    clocks: list[Quantity]
    rest: str


def calendar(text: str) -> Calendar:
    """Read the days and times of a text in lower case."""
    days: list[Day] = []
    clocks: list[Quantity] = []
    for pattern in _DAYS:
        days += [_day(match) for match in pattern.finditer(text)]
        text = _without(pattern, text)
    for pattern in _CLOCKS:
        clocks += [_clock(match) for match in pattern.finditer(text)]
        text = _without(pattern, text)
    return Calendar(days, clocks, text)


def _day(match: re.Match[str]) -> Day:
    parts = match.groupdict()
    month = _MONTHS.index(parts["name"][:3]) + 1 if parts.get("name") else int(parts.get("month") or 0)
    return Day(int(parts.get("year") or 0), month, int(parts.get("day") or 0))


def _clock(match: re.Match[str]) -> Quantity:
    parts = match.groupdict()
    minutes = 60 * int(parts["hour"]) + (30 if parts.get("half") else int(parts.get("minute") or 0))
    return Quantity(float(minutes % _HALF_DAY), "clock", float(minutes))


def _without(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: " " * len(match[0]), text)
