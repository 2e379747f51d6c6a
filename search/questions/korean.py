"""Korean wording by rule: particles that fit the word before them, and statements that become questions; pure."""

import re

_FIRST, _LAST = 0xAC00, 0xD7A3
_FINALS = 28
_B = 17
# How digits and Latin letters end when they are read aloud: with a final consonant or not.
_ENDS_CLOSED = frozenset("0136780lmnrLMNR")
# Endings of statements and what they become; the first that fits.
_ENDINGS = {
    "입니다": "인가요",
    "아닙니다": "아닌가요",
    "습니다": "나요",
    "한다": "하나요",
    "된다": "되나요",
    "이다": "인가요",
    "있다": "있나요",
    "없다": "없나요",
    "않는다": "않나요",
    "받는다": "받나요",
}


_PAIRS = (("은", "는"), ("이", "가"), ("을", "를"), ("과", "와"))
_PARTICLE = re.compile(r"[은는이가을를과와](?=[\s,]|$)")


def has_final(word: str) -> bool:
    """Whether the last sound of the word is a consonant, which decides the particle behind it."""
    bare = word.rstrip(")]）」』”’\"' ")
    last = bare[-1:] or word[-1:]
    if _FIRST <= ord(last or " ") <= _LAST:
        return (ord(last) - _FIRST) % _FINALS != 0
    return last in _ENDS_CLOSED


def with_topic(word: str) -> str:
    """연차는, 기준은."""
    return f"{word}{'은' if has_final(word) else '는'}"


def replaced(sentence: str, start: int, end: int, word: str) -> str:
    """The sentence with another word in this place; the particle behind it follows the new word's sound."""
    after = sentence[end:]
    particle = _PARTICLE.match(after)
    if particle:
        with_final, without = next(pair for pair in _PAIRS if particle[0] in pair)
        after = f"{with_final if has_final(word) else without}{after[particle.end() :]}"
    return f"{sentence[:start]}{word}{after}"


def asked(statement: str) -> str:
    """The statement as a question, without its mark; empty if its ending is none that is known."""
    plain = statement.strip().rstrip(".。 ")
    for ending, question in _ENDINGS.items():
        if plain.endswith(ending):
            return plain[: -len(ending)] + question
    return _from_formal(plain)


def _from_formal(plain: str) -> str:
    """첨부합니다 -> 첨부하나요: the syllable before -니다 loses its ㅂ."""
    match = re.search(r"([가-힣])니다$", plain)
    if match is None or (ord(match[1]) - _FIRST) % _FINALS != _B:
        return ""
    return f"{plain[: match.start()]}{chr(ord(match[1]) - _B)}나요"
