"""Queries to begin with, made from titles of documents that the person may read: each of them finds something."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle, islice

from django.utils.translation import gettext as _

from documents.models import Document
from search.facets import kind_key
from search.wishes import Wish

_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Example:
    query: str
    meaning: str
    url: str


def examples(documents: Sequence[Document], today: date) -> list[Example]:
    """One for each of the ways to search that people use most."""
    telling = [(document, word) for document in documents if (word := _longest_word(document.title))]
    if not telling:
        return []
    (first, word), (_second, phrase), (typed, of_kind), (_fourth, recent) = islice(cycle(telling), 4)
    found = [
        (_title_words(first.title, word), _("words, or a whole question")),
        (f'"{phrase}"', _("exactly so")),
        (f"{of_kind} type:{kind_key(typed.media_type) or 'pdf'}", _("in files of one kind")),
        (f"{recent} after:{today.year}", _("from this year on")),
    ]
    return [Example(query, meaning, Wish(q=query).address) for query, meaning in found]


def _longest_word(title: str) -> str:
    return max(_WORD.findall(title), key=len, default="")


def _title_words(title: str, otherwise: str) -> str:
    words = " ".join(_WORD.findall(title)[:3])
    return words or otherwise
