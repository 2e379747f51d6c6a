"""Words that mean the same: when one form of a group stands in a query, the others are looked for as well.

The forms of a group share one idf, that of a word which is as common as all of them together: a rare synonym must not
drown the rest of the query. A form of several words shares it among them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from documents.models import Collection
from documents.terms import FIELDS, Terms, dimension, idf, query_terms
from documents.vocabulary import Spotter, folded, glossary, own_words
from search.scope import Scope


@dataclass(frozen=True, slots=True)
class Synonyms:
    """A group of the glossary that a query names: the terms of each form, those of the one that was asked first."""

    forms: tuple[Terms, ...]
    texts: tuple[str, ...]
    asked: int = 1

    def dimensions(self) -> set[int]:
        return {key for form in self.forms for name in FIELDS for key in keys(form, name)}

    def weights(self, df: Mapping[int, int], chunks: int) -> dict[int, float]:
        """Return dimension -> weight of what the index knows, from its document frequencies."""
        found: dict[int, float] = defaultdict(float)
        for name in FIELDS:
            known = [form for form in self._keys(name) if form and all(key in df for key in form)]
            together = idf(chunks, min(chunks, sum(min(df[key] for key in form) for form in known)))
            shares = [(key, together / len(form)) for form in known for key in form]
            # Nothing is known whole: what was asked is a word like any other.
            for key, share in shares or [(key, idf(chunks, df[key])) for key in self._keys(name)[0] if key in df]:
                found[key] = max(found[key], self.asked * min(share, idf(chunks, df[key])))
        return dict(found)

    def known_as(self, weights: Mapping[int, float]) -> float | None:
        """What the words of a known form weigh together; None if no form is known."""
        words = self._keys("words")
        known = [sum(weights[key] for key in form) for form in words if form and all(key in weights for key in form)]
        return max(known, default=None)

    def _keys(self, name: str) -> list[list[int]]:
        return [keys(form, name) for form in self.forms]


@dataclass(frozen=True, slots=True)
class Wording:
    """A query taken apart: its terms without those of the groups that it names, and these."""

    terms: Terms
    synonyms: tuple[Synonyms, ...] = ()

    def other_forms(self) -> list[str]:
        """What might have been written in place of what was."""
        return [text for group in self.synonyms for text in group.texts[group.asked :]]


class Vocabulary:
    """The own words and the glossaries of some collections."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        written = list(texts)
        self._own = Spotter(word for _glossary, words in written for word in own_words(words))
        self._groups = _by_form(group for groups, _words in written for group in glossary(groups))
        self._forms = Spotter(self._groups)
        self._terms: dict[str, Terms] = {}

    def wording(self, text: str) -> Wording:
        """Take the groups out of a query; one that stands in it twice counts twice."""
        plain = folded(text)
        asked: dict[tuple[str, ...], list[str]] = defaultdict(list)
        rest, position = [], 0
        for spot in self._forms.spots(plain):
            asked[self._groups[spot.form]].append(spot.form)
            rest.append(plain[position : spot.start])
            position = spot.end
        if not asked:
            return Wording(query_terms(text, self._own.words_in))
        rest.append(plain[position:])
        groups = tuple(self._synonyms(group, forms) for group, forms in asked.items())
        return Wording(query_terms(" ".join(rest), self._own.words_in), groups)

    def _synonyms(self, group: tuple[str, ...], asked: list[str]) -> Synonyms:
        texts = tuple(dict.fromkeys((*asked, *group)))
        return Synonyms(tuple(self._terms_of(form) for form in texts), texts, len(asked))

    def _terms_of(self, form: str) -> Terms:
        if form not in self._terms:
            self._terms[form] = query_terms(form, self._own.words_in)
        return self._terms[form]


def vocabulary_of(scope: Scope) -> Vocabulary:
    """What the collections of a scope teach, and no other."""
    taught = Collection.objects.filter(pk__in=scope.collection_ids).exclude(glossary="", own_words="")
    return _vocabulary(tuple(taught.order_by("pk").values_list("glossary", "own_words")))


def keys(terms: Terms, name: str) -> list[int]:
    """The dimensions of one field's terms."""
    return [dimension(name, text) for text in getattr(terms, name)]


@lru_cache(maxsize=64)
def _vocabulary(texts: tuple[tuple[str, str], ...]) -> Vocabulary:
    return Vocabulary(texts)


def _by_form(groups: Iterable[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Form -> all that mean the same; groups that share a form are one."""
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        joined = tuple(dict.fromkeys(form for known in group for form in found.get(known, (known,))))
        found |= dict.fromkeys(joined, joined)
    return found
