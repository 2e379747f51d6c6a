"""Words that turn a sentence round or stretch it: denials, opposites, and "all", "only", "always"; pure."""

import re
from collections.abc import Collection, Sequence

Morphemes = Sequence[tuple[str, str]]

_DENYING = "않 없 못하 못 안 말 아니 모르 없이 금지 불가 불가능 반대"
_DENIALS = frozenset(_DENYING.split())
# These forms are something else as another part of speech: 안 is the inside, 말 are words.
_ONLY_AS = {"안": "MAG", "못": "MAG", "말": "VX"}
_DENIES = re.compile(
    r"\b(?:not|no|never|without|except|none|neither|nor|cannot|unable|unlikely|forbidden|prohibited"
    r"|fail(?:s|ed|ure)? to|lack(?:s|ed|ing)?)\b|n['’]t\b"
)
# "전시하지 못하다": what is denied stands before.
_LINKING = (("지", "EC"),)
_DENY_BACKWARDS = {"않", "못하", "못", "말", "없", "없이", "아니", "금지", "불가", "불가능"}
# Particles and endings between a word and what denies it.
_FAR = 4
# Nouns, verbs, adjectives, roots.
_SAYING = ("NN", "VV", "VA", "XR")
_DENIED = re.compile(
    r"(?:\b(?:not|never|cannot|no longer|without|no)|n['’]t)\s(?:be\s|been\s|have\s|any\s|to\s|the\s|a\s|also\s|yet\s)*"
    r"(?P<word>[a-z]{3,})"
)
_STRETCHED = (
    "모든 모두 항상 가장 뿐 전혀 절대 절대로 유일 오직 오로지 언제나 아무 제일 최고 처음 밖에 꼭 반드시 "
    "무조건 매우 너무"
)
_STRETCHING = frozenset(_STRETCHED.split())
_ONLY = ("만", "JX")
_STRETCHES = re.compile(r"\b(?:all|every|always|only|never|most|entirely|completely|must|first|best|any)\b")
_PAIRS = (
    "많/적 높/낮 좋/나쁘 크/작 가깝/멀 길/짧 빠르/느리 넓/좁 밝/어둡 쉽/어렵 비싸/싸 비싸/저렴 늘/줄 증가/감소 열/닫 "
    "덥/춥 깨끗/더럽 깨끗/지저분 조용/시끄럽 찬성/반대 이기/지 성공/실패 오르/내리 상승/하락 가능/불가능 편하/불편 "
    "편리/불편 필요/불필요 최초/마지막 강하/약하 무료/유료 합법/불법 안전/위험 오전/오후 친절/불친절 만족/불만 "
    "허용/금지 승인/반려 포함/제외 이상/이하 이전/이후 "
    "increas/decreas increas/reduc high/low higher/lower more/less more/fewer activ/inhibit activ/suppress "
    "promot/inhibit enhanc/reduc enhanc/impair posit/negat upregul/downregul gain/loss improv/worsen accept/reject "
    "allow/forbid allow/prohibit earli/late elev/reduc larg/small long/short stimul/inhibit induc/inhibit "
    "presenc/absenc benefici/harm befor/after includ/exclud approv/reject open/close mandatori/option"
)
_OPPOSITES: dict[str, set[str]] = {}
for _one, _other in (pair.split("/") for pair in _PAIRS.split()):
    _OPPOSITES.setdefault(_one, set()).add(_other)
    _OPPOSITES.setdefault(_other, set()).add(_one)


def denials(text: str, morphemes: Morphemes) -> int:
    """How often a text in lower case denies something."""
    korean = sum(form in _DENIALS and tag == _ONLY_AS.get(form, tag) for form, tag in morphemes)
    return korean + len(_DENIES.findall(text))


def denied(terms: Sequence[str], text: str, morphemes: Morphemes) -> frozenset[str]:
    """The words that a text in lower case denies: "transfer" in "do not transfer", "이월" in "이월하지 않는다"."""
    korean = {word for i in range(len(morphemes)) if (word := _denied_at(i, morphemes))}
    english = {word.rstrip("e") for match in _DENIED.finditer(text) for word in match["word"].split()}
    return frozenset(korean | {term for term in terms if any(word.startswith(term.rstrip("ei")) for word in english)})


def _denied_at(index: int, morphemes: Morphemes) -> str:
    form, tag = morphemes[index]
    is_linked = tuple(morphemes[index - 1 : index]) == _LINKING
    if tag == "MAG" and not is_linked and form in _ONLY_AS:
        return next((word for word, kind in morphemes[index + 1 : index + 2] if kind[:2] in _SAYING), "")
    if form not in _DENY_BACKWARDS or (form in _ONLY_AS and tag != _ONLY_AS[form]):
        return ""
    before = morphemes[max(index - _FAR, 0) : index]
    return next((word for word, kind in reversed(before) if kind[:2] in _SAYING), "")


def stretching(text: str, morphemes: Morphemes) -> frozenset[str]:
    """The words of a text in lower case that say more than its other words do, such as "always"."""
    korean = {form for form, tag in morphemes if form in _STRETCHING or (form, tag) == _ONLY}
    return frozenset(korean | set(_STRETCHES.findall(text)))


def are_opposed(own: Collection[str], others: Collection[str]) -> bool:
    """Whether one has a word, and the other its opposite instead of it."""
    return any(
        opposite in others and word not in others and opposite not in own
        for word in own
        for opposite in _OPPOSITES.get(word, ())
    )
