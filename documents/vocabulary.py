"""What a collection teaches the search: own words that are kept whole, and a glossary of words that mean the same.

Both are written by people, a line each, and read here; pure.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from documents.terms import MAX_TERM_LENGTH, normalised

# More would be a lexicon, and would cost every search.
MAX_LINES = 1_000
MAX_FORMS = 20
_SHORTEST = 2

_HANGUL = re.compile("[가-힣]")
_LATIN = re.compile(r"[^\W_가-힣]")
_HANGUL_RUN = re.compile("[가-힣]*")
# What may stand behind a Korean noun: particles and the endings of "to be", one or two in a row.
_PARTICLES = re.compile(
    "들?(?:(?:은|는|이|가|을|를|의|에|에서|에게|에게서|께|께서|한테|한테서|로|으로|로서|으로서|로써|으로써|와|과|랑|이랑|하고"
    "|도|만|까지|부터|마다|밖에|보다|처럼|같이|만큼|대로|조차|마저|나|이나|라도|이라도|란|이란|라는|이라는|라고|이라고)"
    "(?:은|는|이|가|을|를|의|도|만|까지|부터|요|이나|나|라도)?"
    "|이다|다|인|인가|인가요|인지|이며|며|이고|고|입니다|입니까|이에요|예요|요|이요|이야|야)?"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A form where it stands in a folded text; `end` lies behind its particles."""

    form: str
    start: int
    end: int


class Spotter:
    """Finds forms in a text as words: the longest at each place, with Korean particles behind them."""

    def __init__(self, forms: Iterable[str]) -> None:
        heads: dict[str, list[str]] = defaultdict(list)
        for form in sorted(set(forms), key=lambda form: (-len(form), form)):
            heads[form[:_SHORTEST]].append(form)
        self._heads = dict(heads)

    def spots(self, text: str) -> Iterator[Spot]:
        """The forms in a folded text, from its beginning to its end; none overlaps another."""
        position = 0
        while self._heads and position < len(text):
            spot = self._at(text, position)
            if spot:
                yield spot
            position = spot.end if spot else position + 1

    def words_in(self, text: str) -> list[str]:
        return [spot.form for spot in self.spots(folded(text))]

    def _at(self, text: str, start: int) -> Spot | None:
        for form in self._heads.get(text[start : start + _SHORTEST], ()):
            if text.startswith(form, start) and _begins_a_word(text, start):
                end = _end_of_word(text, start + len(form))
                if end is not None:
                    return Spot(form, start, end)
        return None


def folded(text: str) -> str:
    """The form in which words are compared: width, case and the amount of white space do not matter."""
    return " ".join(normalised(text).split())


def own_words(text: str) -> tuple[str, ...]:
    """The words of a collection, a line each, without those that make no sense."""
    lines = [folded(line) for line in text.splitlines()]
    return tuple(dict.fromkeys(line for line in lines if _is_form(line)))[:MAX_LINES]


def glossary(text: str) -> tuple[tuple[str, ...], ...]:
    """Groups of forms that mean the same, a line each: `VPN = 브이피엔 = 가상사설망`."""
    groups = [_forms(line) for line in text.splitlines()]
    return tuple(group for group in groups if len(group) > 1)[:MAX_LINES]


def lines_that_are_no_words(text: str) -> list[int]:
    """Numbers of the lines that `own_words` leaves out, from 1; empty lines are not meant."""
    return [number for number, line in _written(text) if number > MAX_LINES or not _is_form(folded(line))]


def lines_that_are_no_groups(text: str) -> list[int]:
    """Numbers of the lines that `glossary` cannot use as they are written, from 1; empty lines are not meant."""
    return [number for number, line in _written(text) if number > MAX_LINES or not _is_group(line)]


@lru_cache(maxsize=256)
def spotter_of(text: str) -> Spotter:
    """Finds the own words that are written in this text."""
    return Spotter(own_words(text))


def _written(text: str) -> list[tuple[int, str]]:
    return [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]


def _forms(line: str) -> tuple[str, ...]:
    forms = dict.fromkeys(form for part in line.split("=") if _is_form(form := folded(part)))
    return tuple(forms)[:MAX_FORMS]


def _is_group(line: str) -> bool:
    return 1 < len(line.split("=")) == len(_forms(line))


def _is_form(form: str) -> bool:
    return _SHORTEST <= len(form) <= MAX_TERM_LENGTH and bool(_HANGUL.search(form) or _LATIN.search(form))


def _begins_a_word(text: str, start: int) -> bool:
    kind = _HANGUL if _HANGUL.match(text, start) else _LATIN
    return not start or not kind.match(text, start - 1)


def _end_of_word(text: str, end: int) -> int | None:
    """Where the word that ends here is over with its particles; None if it goes on as another word."""
    if _LATIN.match(text, end) and not _HANGUL.match(text, end - 1):
        return None
    run = _HANGUL_RUN.match(text, end)
    behind = run[0] if run else ""
    if _PARTICLES.fullmatch(behind):
        return end + len(behind)
    return None if _HANGUL.match(text, end - 1) else end
