"""Numbers, amounts and durations of a text in one form for both languages; pure.

"3만원" and "30,000 KRW" are the same amount, "ten hours" and "10시간" the same duration. Digits inside a code (FY2018,
COVID-19) are no numbers. Days are read by `chat.support.days` first, so that 2024-03-01 is not three numbers.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from chat.support.units import DAY, DAYS, SCALES, UNITS, WORDS

# How far a number may be off that is called about right.
ROUGHLY = 0.1
# "At least" and "이상" stand within so many characters of their number.
_BEFORE, _AFTER = 18, 8

_UNIT_WORDS = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
# Behind a Korean unit stand particles; behind a Latin one the word has to end.
_UNIT = rf"(?P<unit>(?:{_UNIT_WORDS})(?:(?<![a-z])|(?![a-z])))"
_SCALE = rf"(?:{'|'.join(scale for scale in SCALES if scale.isascii())})\b|[십백천만억조]+"
_MONEY = r"₩|\$|€|£|¥|usd|krw|eur|jpy"
_NUMBER = re.compile(
    rf"(?P<money>{_MONEY})?\s?(?<![a-z0-9_])(?<![a-z][-.])(?<!\d[.,])"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?P<fraction>\.\d+)?(?![a-z]?\d)"
    rf"(?:\s?(?P<scale>{_SCALE}))?여?(?:[\s-]?{_UNIT})?(?P<rest>[a-z]*)"
)
_WORD = re.compile(
    rf"(?<![a-z가-힣])(?P<word>{'|'.join(WORDS)})[-\s]?(?P<second>{'|'.join(w for w in WORDS if w.isascii())})?"
    rf"(?:[\s-]?(?P<scale>{_SCALE}))?[\s-]?{_UNIT}"
)
_MORE = re.compile(r"\s?\d")
_NUMBERING = re.compile(r"^\s*\(?\d{1,2}[.)]\s")
_DAYS = re.compile(rf"(?<![가-힣])(?:{'|'.join(DAYS)})")
_LEAST = re.compile(r"\b(?:over|more than|at least|exceed\w*|above|no less than|minimum of)\b|이상|넘|초과|최소")
_MOST = re.compile(
    r"\b(?:under|less than|fewer than|at most|up to|below|within|no more than)\b|이하|미만|이내|최대|안에"
)
_ABOUT = re.compile(r"\b(?:about|around|roughly|approximately|nearly|almost)\b|약 |대략|정도|가량|거의")
_ORDINAL = re.compile(r"제\s?$")
_MONEY_NAMES = {"₩": "krw", "£": "gbp"} | {sign: sign for sign in ("$", "€", "¥", "usd", "krw", "eur", "jpy")}


class Bound(StrEnum):
    EXACT = ""
    LEAST = "least"
    MOST = "most"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in the base of its kind; `plain` is the number as it was written, and kind may be unknown."""

    value: float
    kind: str
    plain: float
    bound: Bound = Bound.EXACT

    def agrees_with(self, other: "Quantity") -> bool:
        """Whether `other`, from a source, bears out this one."""
        if self.kind and other.kind:
            return self.kind == other.kind and self._allows(self.value, other.value)
        return self._allows(self.plain, other.plain)

    def _allows(self, own: float, found: float) -> bool:
        if math.isclose(own, found, rel_tol=1e-6):
            return True
        match self.bound:
            case Bound.LEAST:
                return found > own
            case Bound.MOST:
                return found < own
            case Bound.ABOUT:
                return abs(found - own) <= ROUGHLY * abs(own)
        return False


def quantities(text: str) -> list[Quantity]:
    """Return the quantities of a text in lower case, in their order."""
    text = _NUMBERING.sub(lambda item: " " * len(item[0]), text)
    found = [*_in_digits(text), *_in_words(text)]
    return [quantity for _start, quantity in sorted(found, key=lambda pair: pair[0])]


def _in_digits(text: str) -> Iterator[tuple[int, Quantity]]:
    carried = 0.0
    for match in _NUMBER.finditer(text):
        if match["rest"]:
            continue
        value = float(match["digits"].replace(",", "") + (match["fraction"] or ""))
        if _ORDINAL.search(text[max(match.start() - 2, 0) : match.start("digits")]):
            yield match.start(), Quantity(value, "ordinal", value)
            continue
        value = value * _scale(match["scale"]) + carried
        # "3억 5천만 원" is one number.
        goes_on = match["scale"] and not match["scale"].isascii() and not match["unit"]
        carried = value if goes_on and _MORE.match(text, match.end()) else 0.0
        if not carried:
            yield match.start(), _measured(text, match, value, match["unit"] or _MONEY_NAMES.get(match["money"] or ""))


def _in_words(text: str) -> Iterator[tuple[int, Quantity]]:
    for match in _WORD.finditer(text):
        value = float(WORDS[match["word"]] + (WORDS[match["second"]] if match["second"] else 0))
        yield match.start(), _measured(text, match, value * _scale(match["scale"]), match["unit"])
    for match in _DAYS.finditer(text):
        yield match.start(), Quantity(DAYS[match[0]] * DAY, "time", DAYS[match[0]])


def _measured(text: str, match: re.Match[str], value: float, unit: str | None) -> Quantity:
    kind, factor = UNITS[unit] if unit else ("", 1.0)
    before, after = text[max(match.start() - _BEFORE, 0) : match.start()], text[match.end() : match.end() + _AFTER]
    # "10여 분" is some ten minutes.
    is_odd = match.re is _NUMBER and "여" in match[0]
    return Quantity(value * factor, kind, value, Bound.ABOUT if is_odd else _bound(f"{before} {after}"))


def _bound(near: str) -> Bound:
    for pattern, bound in ((_LEAST, Bound.LEAST), (_MOST, Bound.MOST), (_ABOUT, Bound.ABOUT)):
        if pattern.search(near):
            return bound
    return Bound.EXACT


def _scale(written: str | None) -> float:
    """ "천만" is ten million; English scales are single words."""
    if not written:
        return 1.0
    return SCALES[written] if written.isascii() else math.prod(SCALES[syllable] for syllable in written)
