"""What somebody may be typing towards: titles, headings and words of the glossary of what they may read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from documents import effective
from documents.models import Collection, Document, Page
from documents.vocabulary import glossary
from search.models import Suggestion
from search.queries import storable
from search.typing_keys import initials, keys, typed_initials

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

COUNT = 8
# Rows of each collection among which the best are chosen.
LOOKED_AT = 40
# What is typed beyond this is a question of its own.
LONGEST_TYPED = 60
HEADINGS = 200
WORD_STARTS = 5
# Documents whose suggestions are made in one transaction.
BATCH = 50
# Any number that nothing else in the database locks.
_LOCK = 7_305_811
_LONGEST = Suggestion._meta.get_field("text").max_length or 0
_LAST = "\U0010ffff"
_WORD = re.compile(r"[^\W_]+")
_NUMBERING = re.compile(r"^(?:제\s*\d+\s*[장조절항]|[\d.]+|[IVX]+\.|[가-하]\.)\s*")
_PARENTHESES = re.compile(r"^\((.+)\)$")

_PREFIXED = """
SELECT found.text, found.kind
  FROM unnest(%(collections)s::bigint[]) AS shelf(id)
 CROSS JOIN LATERAL (
       SELECT DISTINCT ON (suggestion.{column}, suggestion.text) suggestion.text, suggestion.kind
         FROM search_suggestion suggestion
         JOIN documents_document document ON document.id = suggestion.document_id
        WHERE suggestion.collection_id = shelf.id
          AND suggestion.{column} <> '' AND suggestion.{column} >= %(first)s AND suggestion.{column} < %(last)s
          AND document.state = 'ready'
          AND coalesce(document.effective_from <= %(today)s, true)
          AND coalesce(document.effective_until >= %(today)s, true)
        ORDER BY suggestion.{column}, suggestion.text LIMIT %(limit)s
       ) AS found
"""


@dataclass(frozen=True, slots=True)
class Suggested:
    text: str
    kind: str


def suggest(typed: str, reader: "type_Reader") -> list[Suggested]:
    """Return what begins with what is typed, or has a word that does; titles and what begins with it come first."""
    typed = storable(typed)[:LONGEST_TYPED]
    wanted = keys(typed)
    if not wanted:
        return []
    shelves = list(Collection.objects.visible_to(reader).values_list("pk", "glossary"))
    found = [*_stored(typed, wanted, [key for key, _text in shelves]), *_from_glossaries(wanted, shelves)]
    once: dict[str, Suggested] = {}
    for suggested in sorted(found, key=lambda suggested: _order(suggested, wanted)):
        once.setdefault(keys(suggested.text), suggested)
    return list(once.values())[:COUNT]


def renew() -> int:
    """Make the suggestions of searchable documents that have none; return of how many."""
    made, last = 0, 0
    # Going on behind the last one: else each batch would read past all that are made.
    while batch := _renewed(last):
        made, last = made + len(batch), batch[-1].pk
    return made


def _renewed(last: int) -> list[Document]:
    """One batch, while no other worker makes any: two would make the same."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        batch = list(_without_suggestions().filter(pk__gt=last)[:BATCH])
        Suggestion.objects.bulk_create(_rows(batch), batch_size=2000)
    return batch


def plain_heading(heading: str) -> str:
    """A heading without its number: 연차 유급휴가 of 제14조 (연차 유급휴가)."""
    plain = _NUMBERING.sub("", heading.strip())
    return _PARENTHESES.sub(r"\1", plain).strip()


def _stored(typed: str, wanted: str, collection_ids: Sequence[int]) -> list[Suggested]:
    letters = typed_initials(typed)
    column, first = ("initials", letters) if letters else ("keys", wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            _PREFIXED.format(column=column),
            {
                "collections": list(collection_ids),
                "first": first,
                "last": first + _LAST,
                "today": effective.today(),
                "limit": LOOKED_AT,
            },
        )
        return [Suggested(text, kind) for text, kind in cursor.fetchall()]


def _from_glossaries(wanted: str, shelves: Iterable[tuple[int, str]]) -> Iterator[Suggested]:
    for _key, written in shelves:
        for form, form_keys in _forms(written):
            if form_keys.startswith(wanted):
                yield Suggested(form, Suggestion.Kind.GLOSSARY.value)


@lru_cache(maxsize=256)
def _forms(written: str) -> tuple[tuple[str, str], ...]:
    """The forms of a glossary that is good as people wrote them, with their keys."""
    good = {form for group in glossary(written) for form in group}
    forms = (" ".join(part.split()) for line in written.splitlines() for part in line.split("="))
    return tuple((form, keys(form)) for form in dict.fromkeys(forms) if form.lower() in good)


def _order(suggested: Suggested, wanted: str) -> tuple[bool, bool, int, str]:
    begins = keys(suggested.text).startswith(wanted)
    return not begins, suggested.kind == Suggestion.Kind.HEADING, len(suggested.text), suggested.text


def _without_suggestions() -> "QuerySet[Document]":
    made = Suggestion.objects.filter(document=OuterRef("pk"))
    searchable = Document.objects.filter(state=Document.State.READY, collection__is_scratch=False)
    return searchable.filter(~Exists(made)).order_by("pk").only("pk", "title", "collection_id")


def _rows(documents: Sequence[Document]) -> Iterator[Suggestion]:
    headings: dict[int, list[str]] = {}
    pages = Page.objects.filter(document__in=documents).exclude(headings=[]).order_by("document", "number")
    for document_id, entries in pages.values_list("document", "headings"):
        headings.setdefault(document_id, []).extend(entry["text"] for entry in entries)
    for document in documents:
        texts = dict.fromkeys(filter(None, map(_shown, headings.get(document.pk, [])[:HEADINGS])))
        yield from _rows_of(document, Suggestion.Kind.TITLE, document.title[:_LONGEST])
        for text in texts:
            yield from _rows_of(document, Suggestion.Kind.HEADING, text)


def _shown(heading: str) -> str:
    plain = " ".join(plain_heading(heading).split())
    return plain if 2 <= len(plain) <= _LONGEST else ""


def _rows_of(document: Document, kind: Suggestion.Kind, text: str) -> Iterator[Suggestion]:
    """One from each word on; a title without a word still gets one, so that the document counts as done."""
    starts = [match.start() for match in _WORD.finditer(text)][:WORD_STARTS] or [0]
    for start in starts:
        rest = text[start:]
        yield Suggestion(
            collection_id=document.collection_id,
            document=document,
            kind=kind,
            text=text,
            keys=keys(rest)[:200],
            initials=initials(rest)[:60],
        )
