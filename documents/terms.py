"""Text into terms, and terms into BM25 weights. Pure but for the loaded Korean analyser.

BM25 is kept as a dot product: the document side `weight · tf · (k1+1) / (tf + k1 · (1 − b + b · dl/pivot))` is stored
per chunk as a sparse vector, the query side is the idf. Formula: Robertson and Zaragoza, "The Probabilistic Relevance
Framework: BM25 and Beyond" (2009); idf in Lucene's form, which is never negative.
"""

import hashlib
import math
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from documents.language import HANGUL

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

# Name and version of the analyser: belongs to a generation, and a change of what is below needs a new one.
ANALYSER = "kiwi-0.24+bigrams+snowball-en/3"

# The fields of a window; each has dimensions of its own.
FIELDS = ("words", "bigrams", "context")
K1 = 1.2
B = 0.75
# Hangul bigrams catch what the analyser does not know (names, spacing mistakes) without drowning the words.
BIGRAM_WEIGHT = 0.2
# Title and heading path count more, the more windows a document has that do not repeat what it is about.
CONTEXT_WEIGHT = 0.25
CONTEXT_GROWTH = 0.35
# How much likelier other spaces have to be, as a logarithm. Unknown names lie below 0, slips above 6.
LIKELIER = 4.0
# pgvector's largest sparsevec; a term's dimension is its hash below this.
DIMENSIONS = 1_000_000_000
# Longer "words" are encoded data; their head identifies them well enough.
MAX_TERM_LENGTH = 60

# Parts of speech that carry content: nouns (not pronouns), numerals, verbs and adjectives, roots, Hanja.
_CONTENT_TAGS = ("NNG", "NNP", "NNB", "NR", "VV", "VA", "XR", "SH")
_NOUN_TAGS = ("NNG", "NNP")
# Words that are not Hangul, also joined by signs: e-mail addresses, codes, versions, paths; and C++, C#, .NET.
_WORD = re.compile(r"(?:(?<![\w.])\.(?=[^\W\d_가-힣]{2}))?[^\W_가-힣]+(?:[-_./:@&+'][^\W_가-힣]+)*(?:\+\+|#)?")
_PART = re.compile(r"[^\W_]+")
_SIGNED = re.compile(r"\.[^\W_]+|[a-z](?:\+\+|#)")
_POSSESSIVE = re.compile(r"(?<=[^\W_])['’]s?(?![^\W_])")
# A code is the same with and without hyphens, and so is a long number; "10-20" is not 1020.
_HYPHENATED = re.compile(r"(?=.*[^\W\d_]|(?:-*\d){9})[^\W_]+(?:-[^\W_]+)+")
_VERSION = re.compile(r"(?<![^\W_])v(?=\d+\.\d)")
_DATE = re.compile(
    r"(?<![\d.])([12]\d{3})(?:([-./])|(\. |년 ?))(0?[1-9]|1[0-2])(?(2)\2|(?:\. |월 ?))(0?[1-9]|[12]\d|3[01])(?!\.?\d)"
)
_LETTERS_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")
# Not "2019,2020,2021": those are three years.
_NUMBER = re.compile(r"(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)")
_HANGUL_RUN = re.compile(r"[\uac00-\ud7a3]+")
_analysing = threading.Lock()
# The stemmer keeps the word that it is at in itself: two threads would cut each other's.
_stemming = threading.Lock()


@dataclass(frozen=True, slots=True)
class Pivots:
    """Mean number of words and of bigrams in the windows of a generation."""

    words: float
    bigrams: float


@dataclass(frozen=True, slots=True)
class Terms:
    """What a window is found by: terms with their counts, by field."""

    words: Counter[str] = field(default_factory=Counter)
    bigrams: Counter[str] = field(default_factory=Counter)
    context: Counter[str] = field(default_factory=Counter)


# Finds the own words of a collection in a text; see documents.vocabulary.
OwnWords = Callable[[str], Iterable[str]]


def _none(text: str) -> Iterable[str]:
    return ()


def analyse(texts: Sequence[str], contexts: Sequence[str] | None = None, own_words: OwnWords = _none) -> list[Terms]:
    """Return the terms of each text. `contexts` are titles and heading paths, one for each text."""
    headings = contexts or [""] * len(texts)
    words = _counted([*texts, *headings], own_words)
    count = len(texts)
    return [
        Terms(words[i], Counter(_bigrams(normalised(texts[i]))), _split_codes(words[count + i])) for i in range(count)
    ]


def query_terms(text: str, own_words: OwnWords = _none) -> Terms:
    """Return a query's terms: each field's own, with codes also in their letters and digits (FY2018, 10K)."""
    (words,) = _counted([text], own_words)
    return Terms(words, Counter(_bigrams(normalised(text))), _split_codes(words))


@dataclass(frozen=True, slots=True)
class Reading:
    """The analysed words of a text in their order, and every Korean morpheme of it with its part of speech."""

    terms: list[str]
    morphemes: list[tuple[str, str]]


def readings(texts: Sequence[str]) -> list[Reading]:
    """Read texts as closely as the analyser can; for those who compare two sentences."""
    plain = [normalised(text) for text in texts]
    tokens = iter(_tokens([text for text in plain if HANGUL.search(text)]))
    found = [next(tokens) if HANGUL.search(text) else [] for text in plain]
    return [Reading([*_latin_words(text), *_content(read)], read) for text, read in zip(plain, found, strict=True)]


def content_terms(text: str) -> Counter[str]:
    """Return the analysed words of a text: stems and Korean morphemes without particles and endings."""
    return Counter(readings([text])[0].terms)


def hangul_bigrams(text: str) -> frozenset[str]:
    """Return the pairs of syllables in the Hangul words of a text."""
    return frozenset(_bigrams(normalised(text)))


def nouns(text: str) -> dict[str, str]:
    """Return what a text names: Korean nouns and Latin words, analysed -> as written, in the order of the text."""
    plain = unicodedata.normalize("NFKC", text)
    found = {_stem(word.lower()): word for word in _WORD.findall(plain)}
    if HANGUL.search(plain):
        with _analysing:
            tokens = list(_kiwi().tokenize(plain))
        found |= {token.form: token.form for token in tokens if token.tag in _NOUN_TAGS and len(token.form) > 1}
    return {key: word for key, word in sorted(found.items(), key=lambda item: plain.find(item[1])) if len(word) > 1}


def normalised(text: str) -> str:
    """NFKC and lower case: full-width letters, compatibility jamo and decomposed Hangul become one form."""
    return unicodedata.normalize("NFKC", text).lower()


def weights(terms: Terms, pivots: Pivots, windows: int) -> dict[int, float]:
    """Return dimension -> BM25 weight of one window; `windows` is how many its document has."""
    context = CONTEXT_WEIGHT + CONTEXT_GROWTH * math.log(max(windows, 1))
    vector: dict[int, float] = {}
    _add(vector, "words", _saturated(terms.words, pivots.words, 1.0))
    _add(vector, "bigrams", _saturated(terms.bigrams, pivots.bigrams, BIGRAM_WEIGHT))
    _add(vector, "context", _saturated(terms.context, 0, context))
    return vector


def dimensions(terms: Terms) -> dict[int, str]:
    """Return dimension -> term text for every field of these terms."""
    return {dimension(name, term): term for name in FIELDS for term in getattr(terms, name)}


@lru_cache(maxsize=200_000)
def dimension(field_name: str, term: str) -> int:
    """A stable number in 1 … 999,999,999 for a term of a field."""
    digest = hashlib.blake2b(f"{field_name}\0{term}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % (DIMENSIONS - 1) + 1


def idf(chunks: int, df: int) -> float:
    """Lucene's inverse document frequency; > 0 for every df <= chunks."""
    return math.log1p((chunks - df + 0.5) / (df + 0.5))


def spaced(text: str) -> str:
    """A Korean text with the spaces that its words want, if the analyser finds that far more likely."""
    kiwi = _kiwi()
    with _analysing:
        meant = str(kiwi.space(text, reset_whitespace=True))
        (_words_typed, typed), (_words_meant, likelier) = kiwi.analyze(text)[0], kiwi.analyze(meant)[0]
    return meant if likelier - typed >= LIKELIER else text


def _add(vector: dict[int, float], field_name: str, terms: Mapping[str, float]) -> None:
    for term, weight in terms.items():
        key = dimension(field_name, term)
        vector[key] = vector.get(key, 0.0) + weight


def _saturated(counts: Counter[str], pivot: float, weight: float) -> dict[str, float]:
    """A pivot of 0 means that the field has no length normalisation."""
    norm = K1 * (1 - B + B * counts.total() / pivot) if pivot else K1
    return {term: weight * tf * (K1 + 1) / (tf + norm) for term, tf in counts.items()}


def _counted(texts: Sequence[str], own_words: OwnWords) -> list[Counter[str]]:
    """The words of each text. An own word that the analyser kept whole as well counts once."""
    return [
        Counter(reading.terms) | Counter(own[:MAX_TERM_LENGTH] for own in own_words(text))
        for text, reading in zip(texts, readings(texts), strict=True)
    ]


def _latin_words(text: str) -> Iterator[str]:
    """Words, numbers and codes; what is joined by signs whole and in its parts."""
    for match in _WORD.finditer(_in_one_form(text)):
        word = match[0]
        parts = _PART.findall(word)
        if len(parts) > 1:
            whole = word.rstrip("+#")
            yield _stem((whole.replace("-", "") if _HYPHENATED.fullmatch(whole) else whole)[:MAX_TERM_LENGTH])
        elif _SIGNED.fullmatch(word):
            yield word[:MAX_TERM_LENGTH]
        for part in parts:
            yield _stem(part[:MAX_TERM_LENGTH])


def _in_one_form(text: str) -> str:
    """Numbers without separators, days as 2026-1-31, versions without a v, names without a possessive s."""
    text = _NUMBER.sub(lambda number: number[0].replace(",", ""), text)
    text = _DATE.sub(lambda day: f" {day[1]}-{int(day[4])}-{int(day[5])} ", text)
    return _POSSESSIVE.sub("", _VERSION.sub("", text)).replace("’", "'")


@cache
def _stemmer() -> object:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    if not (word.isascii() and word.isalpha()):
        return word
    with _stemming:
        return str(_stemmer().stemWord(word))  # type: ignore[attr-defined]


def _tokens(texts: Sequence[str]) -> list[list[tuple[str, str]]]:
    """The morphemes of each text as (form, part of speech)."""
    if not texts:
        return []
    with _analysing:
        return [[(token.form, token.tag) for token in tokens] for tokens in _kiwi().tokenize(texts)]


def _content(tokens: Iterable[tuple[str, str]]) -> list[str]:
    return [form[:MAX_TERM_LENGTH] for form, tag in tokens if tag.startswith(_CONTENT_TAGS) and not form.isascii()]


@cache
def _kiwi() -> "Kiwi":
    """Loaded when Hangul first appears: about 0.3 GB and two seconds.

    The dictionaries of names of several words and of typing mistakes would cost another 0.2 GB and find nothing more.
    """
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1, load_multi_dict=False, load_typo_dict=False)


def _bigrams(text: str) -> Iterator[str]:
    for run in _HANGUL_RUN.findall(text):
        for i in range(max(len(run) - 1, 1)):
            yield run[i : i + 2]


def _split_codes(words: Counter[str]) -> Counter[str]:
    split: Counter[str] = Counter()
    for word, count in words.items():
        split[word] += count
        parts = _LETTERS_OR_DIGITS.findall(word)
        if len(parts) > 1:
            split.update({_stem(part): count for part in parts})
    return split
