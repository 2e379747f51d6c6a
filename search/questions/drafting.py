"""Questions drafted from headings and sentences by rule; pure. Somebody looks at each before it is measured with.

A heading is asked about as a whole; a sentence with one figure, date or name is asked for just that.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from documents.language import language_of
from documents.sentences import sentence_spans
from search.headings import is_telling
from search.questions import korean
from search.suggestions import plain_heading

# Of a section that answers the question after its heading, at most this many characters.
LONGEST_SECTION = 1200
# A sentence that is asked about has so many characters.
SHORTEST, LONGEST = {"ko": 14, "en": 30}, {"ko": 90, "en": 160}


@dataclass(frozen=True, slots=True)
class DraftedQuestion:
    """A question, and where in the text it was drafted from what answers it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class HeadingAt:
    """A heading of a document and where it and its section begin and end in the document's text."""

    text: str
    start: int
    end: int


def from_headings(headings: Sequence[HeadingAt], title: str) -> Iterator[DraftedQuestion]:
    """One question for each heading that says something and that stands once in its document.

    What is short says too little without the title.
    """
    names = [_name(heading.text) for heading in headings]
    for heading, name in zip(headings, names, strict=True):
        if names.count(name) > 1 or name == title or heading.end - heading.start <= 2 * len(name):
            continue
        if is_telling(name) and not _NO_TOPIC.search(name):
            question = within(title, about(name)) if _is_bare(name) else about(name)
            yield DraftedQuestion(question, heading.start, min(heading.end, heading.start + LONGEST_SECTION))


def from_sentences(text: str, offset: int = 0) -> Iterator[DraftedQuestion]:
    """One question for each sentence of the text that one can be made of."""
    for start, end in sentence_spans(text):
        question = asked_of(" ".join(text[start:end].split()))
        if question:
            yield DraftedQuestion(question, offset + start, offset + end)


def about(heading: str) -> str:
    """What one asks when one looks for what stands under this heading."""
    if language_of(heading) == "ko":
        if _KOREAN_CASE.search(heading):
            return f"{heading}에는 어떻게 하나요?"
        ending = next((ask for pattern, ask in _KOREAN_HEADINGS if re.search(pattern, heading)), "어떻게 되나요?")
        return f"{korean.with_topic(heading)} {ending}"
    words = _lowered(heading)
    if _ENGLISH_QUESTION.match(words):
        return f"{words[:1].upper()}{words[1:]}?"
    if words.startswith("how to "):
        return f"How does one {words.removeprefix('how to ')}?"
    found = (ask for pattern, ask in _ENGLISH_HEADINGS if re.search(pattern, words, re.IGNORECASE))
    return next(found, "What applies to {}?").format(words)


def within(title: str, question: str) -> str:
    """The question as asked of one document."""
    if language_of(question) == "ko":
        return f"{title}에서 {question}"
    return f"In “{title}”, {question[:1].lower()}{question[1:]}"


def _is_bare(name: str) -> bool:
    """A word or two that many documents could have above a section."""
    return " " not in name or (_ENGLISH_QUESTION.match(name.lower()) is not None and len(name.split()) < 4)


def _name(heading: str) -> str:
    """Without its number; a year is none."""
    return " ".join(heading.split()) if _YEAR.match(heading) else plain_heading(heading)


def asked_of(sentence: str) -> str:
    """The sentence as a question for its one figure, date or name; empty if it is not fit for that."""
    language = language_of(sentence)
    if not SHORTEST[language] <= len(sentence) <= LONGEST[language] or _UNFIT[language].search(sentence):
        return ""
    return _korean(sentence) if language == "ko" else _english(sentence)


def _korean(sentence: str) -> str:
    found = [(match, word) for pattern, word in _KOREAN_FACTS for match in pattern.finditer(sentence)]
    figures = _FIGURE.findall(sentence)
    if not found:
        return _korean_name(sentence) if not figures else ""
    match, word = found[0]
    if len(_FIGURE.findall(match[0])) != len(figures):
        return ""
    question = korean.asked(korean.replaced(sentence, *match.span(), word(match)))
    return f"{question}?" if question and not _DENIES.search(question) else ""


def _korean_name(sentence: str) -> str:
    """담당 부서는 인사팀입니다 -> 담당 부서는 어디인가요?"""
    match = _KOREAN_IS.fullmatch(sentence)
    if match is None:
        return ""
    word = next((ask for pattern, ask in _KOREAN_KINDS if re.search(pattern, match["name"])), "")
    return f"{match['topic']} {word}인가요?" if word else ""


def _english(sentence: str) -> str:
    found = [(match, word) for pattern, word in _ENGLISH_FACTS for match in pattern.finditer(sentence)]
    if not found:
        return ""
    match, word = found[0]
    if len(_ENGLISH_FIGURE.findall(match[0])) != len(_ENGLISH_FIGURE.findall(sentence)):
        return ""
    before, after = sentence[: match.start()], sentence[match.end() :]
    asked = word(match)
    if asked == _ON_A_DATE and _PREPOSITION.search(before):
        asked = asked.removeprefix("on ")
    question = f"{before}{asked}{after}".rstrip(". ")
    return f"{question[:1].upper()}{question[1:]}?"


def _lowered(heading: str) -> str:
    """A heading within a sentence: small, but for abbreviations and names inside it."""
    words = heading.split()
    are_titled = sum(word[:1].isupper() for word in words[1:]) >= len(words[1:]) / 2
    lowered = [word if _is_code(word) else word.lower() for word in words] if are_titled else words
    first = lowered[0] if _is_code(lowered[0]) else lowered[0][:1].lower() + lowered[0][1:]
    return " ".join([first, *lowered[1:]])


def _is_code(word: str) -> bool:
    return sum(letter.isupper() for letter in word) > 1 or any(letter.isdigit() for letter in word)


def _how_many(unit: str) -> str:
    return {"일": "며칠", "원": "얼마", "%": "몇 퍼센트", "퍼센트": "몇 퍼센트"}.get(unit, f"몇 {unit}")


def _as_unit(match: "re.Match[str]") -> str:
    return _how_many(match["unit"])


_ON_A_DATE = "on which date"
_PREPOSITION = re.compile(r"\b(?:by|until|till|from|before|after|since|of|to|between|than) $", re.IGNORECASE)
_YEAR = re.compile(r"\s*\d{4}")
# A heading in two parts, or the beginning of one.
_NO_TOPIC = re.compile(r":|^(?:what|when|where|who|which) to\b", re.IGNORECASE)
_KOREAN_CASE = re.compile(r"(?:때|경우|다음)$")
_ENGLISH_QUESTION = re.compile(r"(?:what|when|where|who|which|why|how) (?!to\b)")
# Asked of what is not so, a question asks for the opposite.
_DENIES = re.compile(r"(?:않|없|못하|아닌)(?:나요|가요)$")
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_NUMBER = r"(?<![\w.,:/-])\d{1,3}(?:,\d{3})*(?:\.\d+)?"
_KOREAN_FACTS: Sequence[tuple["re.Pattern[str]", Callable[["re.Match[str]"], str]]] = (
    (re.compile(r"(?:\d{4}년 ?)\d{1,2}월 ?\d{1,2}일"), lambda match: "언제"),
    (re.compile(r"\d{1,2}월 ?\d{1,2}일"), lambda match: "몇 월 며칠"),
    (re.compile(r"(?:오전|오후) ?\d{1,2}시(?: ?\d{1,2}분)?"), lambda match: "몇 시"),
    (re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?!\d)"), lambda match: "몇 시"),
    (
        re.compile(
            rf"{_NUMBER} ?(?P<unit>개월|시간|분|일|년|주|명|회|번|개|건|원|%|퍼센트|쪽|대|자|m|km|kg|MB|GB)"
            r"(?![A-Za-z0-9])"
        ),
        _as_unit,
    ),
    (re.compile(rf"{_NUMBER}(?:만|억|천) ?원"), lambda match: "얼마"),
)
_KOREAN_HEADINGS = (
    (r"(?:금액|비용|한도|수당|요금|단가|가격)$", "얼마인가요?"),
    (r"(?:기준|조건|대상|자격|종류|항목|요건|목록|서류)$", "무엇인가요?"),
    (r"(?:기간|일수|시간)$", "얼마나 되나요?"),
    (r"(?:시기|일정|기한|시점)$", "언제인가요?"),
    (r"(?:담당자|책임자)$", "누구인가요?"),
    (r"(?:장소|위치|부서)$", "어디인가요?"),
)
_KOREAN_IS = re.compile(r"(?P<topic>[가-힣A-Za-z0-9 ·]{2,40}[은는]) (?P<name>[^,.]{2,24})입니다\.?")
_KOREAN_KINDS = (
    (r"(?:팀|부|실|센터|과|층|본부|지점|병원|은행)$", "어디"),
    (r"(?:팀장|본부장|실장|부장|원장|사장|님|이사|담당자|책임자|관리자)$", "누구"),
)
_UNIT = (
    r"(?P<unit>(?:working |business |calendar )?(?:days?|weeks?|months?|years?|hours?|minutes?|seconds?|employees"
    r"|people|times|pages|characters|megabytes|MB|GB|km|kg))"
)
_SPELLED = r"(?<!\w)(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty)"
_ENGLISH_FIGURE = re.compile(rf"{_FIGURE.pattern}|{_SPELLED}(?!\w)", re.IGNORECASE)
_ENGLISH_NUMBER = rf"(?:{_NUMBER}|{_SPELLED})"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"


def _plural(unit: str) -> str:
    return unit if unit.endswith(("s", "people")) or len(unit) < 3 else f"{unit}s"


_ENGLISH_FACTS: Sequence[tuple["re.Pattern[str]", Callable[["re.Match[str]"], str]]] = (
    (re.compile(rf"(?:on )?(?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}})(?:,? \d{{4}})?"), lambda match: _ON_A_DATE),
    (re.compile(r"(?:at )\d{1,2}(?::\d{2})? ?(?:a\.?m\.?|p\.?m\.?)?(?=[\s.,]|$)"), lambda match: "at what time"),
    (re.compile(rf"{_NUMBER} ?(?:%|percent)"), lambda match: "what percentage"),
    (re.compile(rf"(?:[$€£₩]|KRW |USD |EUR ){_NUMBER}(?: (?:million|billion))?"), lambda match: "how much"),
    (
        re.compile(rf"{_ENGLISH_NUMBER}[ -]{_UNIT}(?!\w)", re.IGNORECASE),
        lambda match: f"how many {_plural(match['unit'])}",
    ),
)
_ENGLISH_HEADINGS = (
    (r"^[a-z]+ing (?:a|an|the|your|our) ", "How does one go about {}?"),
    (r"\b(?:procedure|process|workflow)$", "How does the {} work?"),
    (
        r"\b(?:limits|rates|amounts|requirements|rules|criteria|conditions|deadlines|benefits|steps|roles|types)$",
        "What are the {}?",
    ),
    (r"\b(?:limit|rate|amount|deadline|allowance|period|budget)$", "What is the {}?"),
)
# What points to something before it, is a list item, a heading, a table row, or says who to write to.
_UNFIT = {
    "ko": re.compile(
        r"^(?:이|그|저|위|아래|따라서|다만|단,?|또한|그러나|그리고"
        r"|하지만|예를|즉|이때|이를|이는|여기|해당|본|동|같은|전항|제?\d)[ ,항의]"
        r"|[|@\[\]※①-⑳]|https?:|표 ?\d|그림 ?\d|[“\"']|(?:다음|아래)과 같"
        r"|[가-힣](?:고|며|나|지만),|[;；]|(?<![.다])$"
    ),
    "en": re.compile(
        r"^(?:this|that|these|those|it|they|he|she|such|however|therefore|also|for example|in addition|otherwise|then"
        r"|thus|but|and|or|if so|see|note|\d)\b"
        r"|[|@\[\]*•]|https?:|\b(?:table|figure|section|appendix) \d|[“”\";]|(?<!\.)$",
        re.IGNORECASE,
    ),
}
