"""What the index is asked: the weighted terms of a query, with words that mean the same, and without its slips."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain

from documents.language import HANGUL
from documents.models import Generation, Term
from documents.terms import dimension, query_terms, spaced
from search import lexical, slips
from search.glossary import Vocabulary, Wording, vocabulary_of
from search.lexical import QueryTerm
from search.scope import Scope

# A longer query is a text; it is not mended.
MENDED_LENGTH = 200
_SHORTEST_WORD = 2
# Letters of one script that stand alone, which is how a word in the wrong layout looks.
_TYPED = re.compile(r"(?<![^\W_])(?:[A-Za-z]+|[가-힣ㄱ-ㅎㅏ-ㅣ]+)(?![^\W_])")
_STRAY_JAMO = re.compile("[ㄱ-ㅎㅏ-ㅣ]")


@dataclass(frozen=True, slots=True)
class Asked:
    """`text` is what is searched, `mended` the same if it is not what was typed.

    `embedded` is the text with what else its words are called. For `coverage` see search.lexical.
    """

    text: str
    embedded: str
    terms: tuple[QueryTerm, ...]
    coverage: float
    mended: str = ""


def asked(query: str, scope: Scope) -> Asked:
    """Look the words of a query up; if some are unknown, try whether they are slips."""
    vocabulary = vocabulary_of(scope)
    found = _looked_up(query, scope.generation, vocabulary)
    if found.coverage == 1.0:
        return found
    mended = _mended(query, scope.generation, vocabulary)
    return replace(_looked_up(mended, scope.generation, vocabulary), mended=mended) if mended else found


def _looked_up(text: str, generation: Generation, vocabulary: Vocabulary) -> Asked:
    wording = vocabulary.wording(text)
    terms = lexical.weighted(wording.terms, generation, wording.synonyms)
    coverage = lexical.coverage(wording.terms, terms, generation, wording.synonyms)
    return Asked(text, _with_other_forms(text, wording), tuple(terms), coverage)


def _with_other_forms(text: str, wording: Wording) -> str:
    others = wording.other_forms()
    return f"{text} ({', '.join(others)})" if others else text


def _mended(query: str, generation: Generation, vocabulary: Vocabulary) -> str:
    """The query without slips; nothing if there are none."""
    plain = unicodedata.normalize("NFC", query)
    if len(plain) > MENDED_LENGTH:
        return ""
    typed = _in_the_layout_that_was_meant(plain, generation)
    mended = _with_the_spaces_that_were_meant(typed, generation, vocabulary)
    return mended if mended != plain else ""


def _in_the_layout_that_was_meant(query: str, generation: Generation) -> str:
    """Words that nobody knows give way to what the same keys give in the other layout, if that is known."""
    readings = {token[0]: reading for token in _TYPED.finditer(query) if (reading := slips.other_layout(token[0]))}
    if not readings:
        return query
    known = _known(generation, chain.from_iterable(query_terms(text).words for text in chain(*readings.items())))
    meant = {token: reading for token, reading in readings.items() if _is_meant(token, reading, known)}
    return _TYPED.sub(lambda token: meant.get(token[0], token[0]), query)


def _is_meant(token: str, reading: str, known: set[str]) -> bool:
    words = query_terms(reading).words.keys()
    if not words or not words <= known or max(map(len, words)) < _SHORTEST_WORD:
        return False
    return bool(_STRAY_JAMO.search(token)) or not query_terms(token).words.keys() & known


def _with_the_spaces_that_were_meant(query: str, generation: Generation, vocabulary: Vocabulary) -> str:
    """Words are put together and apart anew if that makes known ones of unknown ones, and no others."""
    if not HANGUL.search(query):
        return query
    meant = spaced(query)
    before, after = (set(vocabulary.wording(text).terms.words) for text in (query, meant))
    known = _known(generation, before | after)
    return meant if after - before and after - before <= known and before - after - known else query


def _known(generation: Generation, words: Iterable[str]) -> set[str]:
    """Those of the words that the index knows."""
    keys = {dimension("words", word): word for word in words}
    found = Term.objects.filter(generation=generation, id__in=list(keys)).values_list("id", flat=True)
    return {keys[key] for key in found}
