"""Whether two questions ask for the same thing, so that the answer to one may be given to the other; pure.

Nearness in meaning cannot decide it: "the limit in Osaka" and "in Tokyo" are nearer to each other (0.92) than most
rewordings are to what they reword. So the words decide, and meaning may only forbid: both have the same telling words,
but for ones that hardly count, ask in the same way (when, who, how many), and deny or permit alike.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chat.extractive import is_filler
from documents.language import language_of
from documents.terms import content_terms

# The share of the rarity of all telling words that both have. One rare word more is another question.
SHARED = 0.85
# Least likeness: nearness in meaning as far as the model is trusted, the share of words for the rest.
LIKENESS = 0.85

# What is asked for, and how: two questions have the same of these.
_KINDS = {
    "when": r"\bwhen\b|언제|며칠날|날짜",
    "until": r"\buntil\b|\bby when\b|\bdeadline\b|\bdue\b|까지|마감|기한",
    "since": r"\bsince\b|\bfrom when\b|부터",
    "where": r"\bwhere\b|어디",
    "who": r"\bwho(?:m|se)?\b|누구|누가|누굴",
    "why": r"\bwhy\b|왜|이유",
    "which": r"\bwhich\b|어느|어떤",
    "many": r"\bhow (?:many|often)\b|몇|며칠|횟수",
    "much": r"\bhow (?:much|long|far|high|large|old)\b|얼마",
    "how": r"\bhow (?:do|does|can|to|should|is|are)\b|어떻게|방법",
    "may": r"(?<!how )\b(?:may|can|could|allowed|possible|able)\b|도 ?되나|도 ?돼|도 ?될까|가능|수 ?있",
    "must": r"\b(?:must|have to|has to|need|should|required?|mandatory)\b|해야|필수|의무|꼭|반드시",
    "not": r"\b(?:not|no|never|without|except|cannot|nor)\b|n['’]t\b"
    r"|않|못|없|(?<![가-힣])안(?![가-힣])|말아|제외|불가|금지",
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
# Verbs that add nothing to what is asked about, as the analyser gives them.
_LIGHT = frozenset(("entitl", "last", "receiv", "take", "갖", "나오", "받", "시", "관하", "대하"))
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")

type_Nearness = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Wording:
    """A question as it is compared."""

    language: str
    # In the order of the question.
    telling: tuple[str, ...]
    kinds: frozenset[str]
    numbers: frozenset[str]

    @property
    def terms(self) -> frozenset[str]:
        return frozenset(self.telling)

    def beside(self, other: "Wording") -> tuple[str, ...]:
        """The telling words that the other one has not."""
        return tuple(term for term in self.telling if term not in other.telling)


def wording(question: str) -> Wording:
    plain = question.lower()
    return Wording(
        language=language_of(question),
        telling=tuple(term for term in content_terms(question) if not is_filler(term) and term not in _LIGHT),
        kinds=_kinds(plain),
        numbers=frozenset(_NUMBER.findall(plain)),
    )


def may_be_same(one: Wording, other: Wording) -> bool:
    """What can be said without rarity and meaning: no word is exchanged for another, and the kind is the same."""
    alike = (one.language, one.kinds, one.numbers) == (other.language, other.kinds, other.numbers)
    nested = not one.beside(other) or not other.beside(one) or _are_joined(one, other)
    return alike and nested and bool(one.terms & other.terms)


def is_same(one: Wording, other: Wording, idf: Mapping[str, float], trust: float, nearness: type_Nearness) -> bool:
    """`nearness` is the cosine of the two questions, computed only if the words leave it open."""
    if not may_be_same(one, other):
        return False
    shared = shared_rarity(one, other, idf)
    return shared >= SHARED and trust * nearness() + (1 - trust) * shared >= LIKENESS


def shared_rarity(one: Wording, other: Wording, idf: Mapping[str, float]) -> float:
    """A word that the index does not know is as rare as the rarest that it knows."""
    if _are_joined(one, other):
        return 1.0
    rarest = max(idf.values(), default=1.0) or 1.0
    total = sum(idf.get(term, rarest) for term in one.terms | other.terms)
    return sum(idf.get(term, rarest) for term in one.terms & other.terms) / total if total else 0.0


def _kinds(plain: str) -> frozenset[str]:
    """How something is done, may be done and must be done is one question."""
    found = {kind for kind, pattern in _PATTERNS.items() if pattern.search(plain)}
    return frozenset(found - {"may", "must"} if "how" in found else found)


def _are_joined(one: Wording, other: Wording) -> bool:
    """The analyser gives a compound whole or in its parts, depending on what stands around it."""
    return "".join(one.beside(other)) == "".join(other.beside(one))
