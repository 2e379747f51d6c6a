"""Slips of the keyboard: the wrong layout (`dkssud` for 안녕, `ㅗ디ㅣㅐ` for hello) and spaces that are wrong; pure.

What is suggested here is only a guess. It is taken if the index does not know what was typed and knows what was meant.
"""

import re
import unicodedata

_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
# The two-set layout: the jamo on each key of an English keyboard, shifted ones as capitals.
_JAMO = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnmQWERTOP",
        "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ",
        strict=True,
    )
)
_KEYS = {jamo: key for key, jamo in _JAMO.items()}
_DOUBLE_VOWELS = {"ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ"}
_DOUBLE_TAILS = {
    "ㄱㅅ": "ㄳ", "ㄴㅈ": "ㄵ", "ㄴㅎ": "ㄶ", "ㄹㄱ": "ㄺ", "ㄹㅁ": "ㄻ", "ㄹㅂ": "ㄼ", "ㄹㅅ": "ㄽ", "ㄹㅌ": "ㄾ",
    "ㄹㅍ": "ㄿ", "ㄹㅎ": "ㅀ", "ㅂㅅ": "ㅄ",
}  # fmt: skip
_PARTS = {double: pair for pair, double in (_DOUBLE_VOWELS | _DOUBLE_TAILS).items()}
_FIRST_SYLLABLE = 0xAC00
_ENGLISH = re.compile(r"[A-Za-z]+")
_KOREAN = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]+")
# Shorter words are too often words in both layouts.
_SHORTEST_ENGLISH = 3
_SHORTEST_KOREAN = 2

_CONSONANT = f"[{_LEADS}]"
_VOWEL = f"(?:{'|'.join(_DOUBLE_VOWELS)}|[{_VOWELS}])"
_TAIL = f"(?:{'|'.join(_DOUBLE_TAILS)}|[{_TAILS[1:]}])(?![{_VOWELS}])|[{_TAILS[1:]}](?![{_VOWELS}])"
_SYLLABLE = re.compile(f"(?P<lead>{_CONSONANT})(?P<vowel>{_VOWEL})(?P<tail>{_TAIL})?")


def other_layout(word: str) -> str:
    """What the same keys give in the other layout; nothing if that is no word in its script."""
    if _ENGLISH.fullmatch(word):
        korean = typed_in_korean(word)
        return korean if len(korean) >= _SHORTEST_KOREAN else ""
    english = typed_in_english(unicodedata.normalize("NFC", word))
    return english if len(english) >= _SHORTEST_ENGLISH else ""


def typed_in_korean(keys: str) -> str:
    """Syllables that these keys of an English keyboard give; nothing if a jamo is left over."""
    jamo = "".join(_JAMO.get(key) or _JAMO[key.lower()] for key in keys)
    syllables = list(_SYLLABLE.finditer(jamo))
    if sum(len(syllable[0]) for syllable in syllables) != len(jamo):
        return ""
    return "".join(_composed(syllable) for syllable in syllables)


def typed_in_english(text: str) -> str:
    """Letters of the keys that these syllables and jamo lie on; nothing if there is anything else."""
    if not _KOREAN.fullmatch(text):
        return ""
    return "".join(_KEYS[part] for character in text for jamo in _jamo_of(character) for part in _PARTS.get(jamo, jamo))


def _composed(syllable: "re.Match[str]") -> str:
    vowel, tail = syllable["vowel"], syllable["tail"] or " "
    lead = _LEADS.index(syllable["lead"])
    middle = _VOWELS.index(_DOUBLE_VOWELS.get(vowel, vowel))
    last = _TAILS.index(_DOUBLE_TAILS.get(tail, tail))
    return chr(_FIRST_SYLLABLE + (lead * len(_VOWELS) + middle) * len(_TAILS) + last)


def _jamo_of(character: str) -> str:
    number = ord(character) - _FIRST_SYLLABLE
    if number < 0:
        return character
    syllable, tail = divmod(number, len(_TAILS))
    lead, vowel = divmod(syllable, len(_VOWELS))
    return (_LEADS[lead] + _VOWELS[vowel] + _TAILS[tail]).strip()
