"""Which of the portal's two languages a text is in; pure."""

import re

HANGUL = re.compile(r"[\uac00-\ud7a3\u3131-\u318e]")
LATIN = re.compile(r"[A-Za-z]")
# A Hangul syllable carries about as much as two and a half Latin letters; a Korean text full of
# English product names stays Korean.
KOREAN_SHARE = 0.25


def language_of(text: str) -> str:
    """Return "ko" when at least a quarter of the letters are Hangul, else "en"."""
    hangul = len(HANGUL.findall(text))
    latin = len(LATIN.findall(text))
    return "ko" if hangul and hangul >= KOREAN_SHARE * (hangul + latin) else "en"
