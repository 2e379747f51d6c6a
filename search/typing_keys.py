"""Text as the keys that are pressed to type it, so that a Hangul syllable that is only half typed is a prefix; pure."""

import re
import unicodedata
from itertools import chain

# Final consonants of a syllable, in the order of Unicode, as the keys that type them.
_FINALS = re.findall(
    r"\S+", "ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ"
)
_VOWELS = {"ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ"}
_FIRST_FINAL = 0x11A8
_SYLLABLE = re.compile("[가-힣]")
_CONSONANTS = re.compile(r"[ㄱ-ㅎ\s]*[ㄱ-ㅎ]\s*[ㄱ-ㅎ][ㄱ-ㅎ\s]*")


def _parts(letters: str) -> str:
    return unicodedata.normalize("NFKD", letters)


_KEYS = str.maketrans(
    {chr(_FIRST_FINAL + index): _parts(final) for index, final in enumerate(_FINALS)}
    | {_parts(vowel): _parts(keys) for vowel, keys in _VOWELS.items()}
)


def keys(text: str) -> str:
    """Lower case, without accents' composition, Hangul letter by letter: 갑 is a prefix of 가방."""
    return " ".join(_parts(text).lower().translate(_KEYS).split())


def initials(text: str) -> str:
    """The first letters of the Hangul syllables of a text: ㅇㅊㅎㄱ of 연차 휴가; nothing without Hangul."""
    return "".join(_parts(syllable)[0] for syllable in _SYLLABLE.findall(unicodedata.normalize("NFKC", text)))


def typed_initials(typed: str) -> str:
    """What is typed, if it is nothing but two or more first letters; in the form of `initials`."""
    if not _CONSONANTS.fullmatch(typed):
        return ""
    return "".join(chain.from_iterable(_parts(letter) for letter in typed if not letter.isspace()))
