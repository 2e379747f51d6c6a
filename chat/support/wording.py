"""A sentence as the support check compares it: its telling words, names, facts and what it denies; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chat.support import polarity
from chat.support.facts import Facts, facts
from documents.terms import Reading, normalised, readings

# Words that help others to say something, as the analyser gives them.
_HELPING = (
    "있 하 되 것 수 때 등 중 더 데 곳 점 경우 정도 때문 위하 대하 통하 따르 관하 같 보 주 오 가 받 나오 만들 들 "
    "번 말 분 년 월 일 명 개 "
    "the a an of in to is are was were be been by and or with for on at from as that this it its can may into than "
    "has have had do doe which their between both also these those not no such via will shall would there "
    "i you he she we they my our your his her them us one should could must might"
)
_LIGHT = frozenset(_HELPING.split())
_WORD = re.compile(r"\w")
# E-mail addresses, words with capitals or digits inside, capitalised words behind the first one.
_NAME = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+|\b[A-Za-z]+[-_]?\d[\w-]*|\b[A-Za-z]*[a-z]?[A-Z]{2,}[\w-]*|(?<=[\w,;:)] )[A-Z][a-z]+[\w-]*"
)
_DIGITS = re.compile(r"\d+")
# Letters and digits in one: IL-10, p53, FY2018.
_CODE = re.compile(r"(?<![a-z0-9])(?=[a-z0-9-]*[a-z])(?=[a-z0-9-]*\d)[a-z0-9]+(?:-[a-z0-9]+)*")
_MODIFIERS = ("MAG", "MM")


@dataclass(frozen=True, slots=True)
class Wording:
    # Characters that are no white space.
    size: int
    # In lower case without spaces and signs: what was written apart or together is found in it all the same.
    letters: str
    terms: tuple[str, ...]
    telling: frozenset[str]
    names: frozenset[str]
    modifiers: frozenset[str]
    facts: Facts
    # Digits of codes, and all digits.
    coded: frozenset[str]
    digits: frozenset[str]
    denials: int
    denied: frozenset[str]
    stretching: frozenset[str]


def wordings(texts: Sequence[str]) -> list[Wording]:
    return [_wording(text, reading) for text, reading in zip(texts, readings(texts), strict=True)]


def _wording(text: str, reading: Reading) -> Wording:
    plain = normalised(text)
    letters = "".join(_WORD.findall(plain))
    # Numbers are facts, which are compared by themselves.
    terms = tuple(term for term in reading.terms if not term[0].isdigit())
    return Wording(
        size=len("".join(plain.split())),
        letters=letters,
        terms=terms,
        telling=frozenset(terms) - _LIGHT or frozenset(terms),
        names=_names(text, reading),
        modifiers=frozenset(form for form, tag in reading.morphemes if tag in _MODIFIERS),
        facts=facts(plain),
        coded=frozenset(digits for code in _CODE.findall(plain) for digits in _DIGITS.findall(code)),
        digits=frozenset(_DIGITS.findall(plain)),
        denials=polarity.denials(plain, reading.morphemes),
        denied=polarity.denied(terms, plain, reading.morphemes),
        stretching=polarity.stretching(plain, reading.morphemes),
    )


def together(one: Wording, other: Wording) -> Wording:
    """Two sentences as one."""
    return Wording(
        size=one.size + other.size,
        letters=one.letters + other.letters,
        terms=one.terms + other.terms,
        telling=one.telling | other.telling,
        names=one.names | other.names,
        modifiers=one.modifiers | other.modifiers,
        facts=Facts(one.facts.quantities + other.facts.quantities, one.facts.days + other.facts.days),
        coded=one.coded | other.coded,
        digits=one.digits | other.digits,
        denials=one.denials + other.denials,
        denied=one.denied | other.denied,
        stretching=one.stretching | other.stretching,
    )


def _names(text: str, reading: Reading) -> frozenset[str]:
    korean = {form for form, tag in reading.morphemes if tag == "NNP"}
    return frozenset(korean | {"".join(_WORD.findall(name.lower())) for name in _NAME.findall(text)})


def grams(letters: str, size: int) -> frozenset[str]:
    return frozenset(letters[i : i + size] for i in range(len(letters) - size + 1))
