"""Other ways to type the same question, by rule, in Korean and English; pure.

The kinds are those of Penha, Câmara and Hauff, "Evaluating the Robustness of Retrieval Pipelines with Query Variation
Generators" (ECIR 2022), with what people leave out in Korean in place of what they leave out in English.
"""

import random
import re
from collections.abc import Callable, Mapping

_WORD = re.compile(r"\w+")
_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28
_FINAL_NG = 21
_PARTICLE = re.compile(r"(?<=[가-힣]{2})(?:에서|으로|은|는|이|가|을|를|의|에|로|와|과)(?=\s|$)")
_LITTLE_WORDS = re.compile(r"\b(?:the|an|a|of)\s+", re.IGNORECASE)
# The first that fits is taken; the last of a language always does.
_PARAPHRASES: Mapping[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "ko": (
        (re.compile(r"(?:은|는) 무엇(?:입니까|인가요|이에요|일까요)\s*\?*$"), "에 대해 알려 주세요"),
        (re.compile(r"(?:은|는) 언제(?:입니까|인가요|예요|일까요)\s*\?*$"), "의 시기를 알려 주세요"),
        (re.compile(r"(?:은|는) 어떻게 되(?:나요|는지요|ㅂ니까)\s*\?*$"), "에 대해 설명해 주세요"),
        (re.compile(r"할 수 있(?:나요|습니까|을까요)\s*\?*$"), "하는 것이 가능한가요?"),
        (re.compile(r"해야 하나요\s*\?*$"), "할 필요가 있나요?"),
        (re.compile(r"[.?!\s]*$"), " — 이것이 궁금합니다"),
    ),
    "en": (
        (re.compile(r"^what (?:is|are) (.+?)\?*$", re.IGNORECASE), r"Please tell me about \1"),
        (re.compile(r"^how many (.+?)\?*$", re.IGNORECASE), r"What is the number of \1?"),
        (re.compile(r"^how (?:do|can) (?:i|we) (.+?)\?*$", re.IGNORECASE), r"What is the way to \1?"),
        (re.compile(r"^when (?:is|are|does|do) (.+?)\?*$", re.IGNORECASE), r"Please tell me the time of \1"),
        (re.compile(r"^(.+?)[.?!\s]*$"), r"I would like to know: \1"),
    ),
}


def typo(text: str, _language: str, dice: random.Random) -> str:
    """Two letters of a word change places, or a syllable loses or gains its final consonant."""
    words = [match for match in _WORD.finditer(text) if len(match[0]) >= (2 if _is_hangul(match[0][-1]) else 4)]
    if not words:
        return text
    match = dice.choice(words)
    return text[: match.start()] + _slipped(match[0], dice) + text[match.end() :]


def spacing(text: str, _language: str, dice: random.Random) -> str:
    """Two words grow together."""
    spaces = [match.start() for match in re.finditer(r"(?<=\w) (?=\w)", text)]
    place = dice.choice(spaces) if spaces else len(text)
    return text[:place] + text[place + 1 :]


def particle(text: str, language: str, _dice: random.Random) -> str:
    """Without Korean particles, or without articles."""
    return _PARTICLE.sub("", text) if language == "ko" else _LITTLE_WORDS.sub("", text)


def case(text: str, _language: str, _dice: random.Random) -> str:
    """All in small letters; in capitals if it was."""
    return text.lower() if text != text.lower() else text.upper()


def paraphrase(text: str, language: str, _dice: random.Random) -> str:
    rules = _PARAPHRASES["ko" if language == "ko" else "en"]
    return next(pattern.sub(wording, text, count=1) for pattern, wording in rules if pattern.search(text))


VARIATIONS: Mapping[str, Callable[[str, str, random.Random], str]] = {
    "typo": typo,
    "spacing": spacing,
    "particle": particle,
    "case": case,
    "paraphrase": paraphrase,
}


def variations(text: str, language: str) -> dict[str, str]:
    """Kind -> the text in that way, for a text always the same; without those that leave it as it is."""
    found = {
        kind: vary(text, language, random.Random(f"{kind} {text}"))  # noqa: S311 - a sample, not a secret
        for kind, vary in VARIATIONS.items()
    }
    return {kind: varied for kind, varied in found.items() if varied.split() != text.split() and varied.strip()}


def _slipped(word: str, dice: random.Random) -> str:
    if _is_hangul(word[-1]):
        place = dice.choice([i for i, letter in enumerate(word) if _is_hangul(letter)])
        code = ord(word[place]) - _FIRST
        changed = code - code % _FINALS if code % _FINALS else code + _FINAL_NG
        return word[:place] + chr(_FIRST + changed) + word[place + 1 :]
    place = dice.randrange(1, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _is_hangul(letter: str) -> bool:
    return _FIRST <= ord(letter) <= _LAST
