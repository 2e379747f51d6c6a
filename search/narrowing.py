"""Filters as SQL on a chunk's row, without joins.

What filters want of documents becomes their ids, or a sub-select that PostgreSQL hashes if they are many. What they
want of the text is asked of the terms, which are indexed, and then of the text itself.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.conf import settings
from psycopg import sql

from documents.media_types import KINDS
from documents.terms import Terms, content_terms, dimension, normalised, query_terms
from search import statements
from search.filters import Filters

# More documents are not named one by one.
FEW_DOCUMENTS = 2_000
# Runs of one kind in a phrase: Hangul, other letters and digits, white space, a sign.
_RUN = re.compile(r"(?P<hangul>[가-힣]+)|(?P<word>[^\W_가-힣]+)|(?P<space>\s+)|(?P<sign>.)", re.DOTALL)
_NO_WORD_BEFORE, _NO_WORD_BEHIND = r"(?<![^\W_가-힣])", r"(?![^\W_가-힣])"
# Signs that keyboards and word processors write in one another's place; a hyphen first, as in a bracket expression.
_SAME_SIGNS = ("-\u2010\u2011\u2012\u2013\u2212", "'\u2018\u2019", '"\u201c\u201d')
# A shorter Hangul word is not written in two.
_DIVISIBLE = 4
# Words whose term is the same wherever they stand: not so versions, and numbers that may be part of a date or amount.
_STEADY = re.compile(r"(?!v\d)[^\W\d]{2}.*|\d{4,}")


def conditions(filters: Filters, collection_ids: Sequence[int]) -> Iterator[sql.Composable]:
    """What a chunk's row has to fulfil, the quick parts first."""
    if filters.languages:
        yield sql.SQL("language = ANY({})").format(sql.Literal(list(filters.languages)))
    yield from _of_documents(filters, collection_ids)
    for phrase in filters.phrases:
        yield _said(phrase)
    for phrase in filters.excluded:
        yield sql.SQL("NOT ({})").format(_mentioned(phrase))


def _of_documents(filters: Filters, collection_ids: Sequence[int]) -> Iterator[sql.Composable]:
    wanted = list(_of_a_document(filters))
    if not wanted:
        return
    shelves = sql.SQL("collection_id = ANY({})").format(sql.Literal(list(collection_ids)))
    found = sql.SQL("FROM documents_document WHERE {}").format(sql.SQL(" AND ").join([shelves, *wanted]))
    few = sql.SQL("SELECT id, 0 {} LIMIT {}").format(found, sql.Literal(FEW_DOCUMENTS + 1))
    ids = [row[0] for row in statements.rows(few)]
    if len(ids) <= FEW_DOCUMENTS:
        yield sql.SQL("document_id = ANY({})").format(sql.Literal(ids))
    else:
        # As an expression it stays a filter on the row; a bare IN would become a join.
        yield sql.SQL("(document_id IN (SELECT id {})) IS TRUE").format(found)


def _of_a_document(filters: Filters) -> Iterator[sql.Composable]:
    if filters.types:
        media_types = [name for key in filters.types if key in KINDS for name in KINDS[key].media_types]
        yield sql.SQL("media_type = ANY({})").format(sql.Literal(media_types))
    for title in filters.titles:
        words = sql.Literal("".join(normalised(title).split()))
        yield sql.SQL(r"strpos(regexp_replace(lower(normalize(title, NFKC)), '\s', '', 'g'), {}) > 0").format(words)
    yield from _of_its_day(filters.after, filters.before)


def _of_its_day(after: date | None, before: date | None) -> Iterator[sql.Composable]:
    day = sql.SQL("coalesce(effective_from, (created_at AT TIME ZONE {})::date)").format(
        sql.Literal(settings.TIME_ZONE)
    )
    if after:
        yield sql.SQL("{} >= {}").format(day, sql.Literal(after))
    if before:
        yield sql.SQL("{} < {}").format(day, sql.Literal(before))


def _said(phrase: str) -> sql.Composable:
    """The phrase stands in the text, whatever its spacing, case and width."""
    return _matching(phrase, pattern_of(phrase))


def _mentioned(words: str) -> sql.Composable:
    """The text has the phrase, or the word in any of its forms."""
    stems = [dimension("words", stem) for stem in content_terms(words)]
    said = _matching(words, _beginning_a_word(pattern_of(words)))
    if len(words.split()) > 1 or len(stems) != 1:
        return said
    return sql.SQL("term_ids && {}::int[] OR {}").format(sql.Literal(stems), said)


def _matching(phrase: str, pattern: str) -> sql.Composable:
    text = sql.SQL("lower(normalize(text, NFKC)) ~ {}").format(sql.Literal(pattern))
    sure = sorted(_sure_dimensions(phrase))
    if sure:
        return sql.SQL("(term_ids @> {}::int[] AND {})").format(sql.Literal(sure), text)
    likely = sorted(_dimensions(query_terms(phrase)))
    return sql.SQL("(term_ids && {}::int[] AND {})").format(sql.Literal(likely), text) if likely else text


def pattern_of(phrase: str) -> str:
    """A regular expression for the normalised text: words whole, spaces in Korean as they come."""
    runs = list(_RUN.finditer(normalised(phrase).strip()))
    parts = []
    for i, run in enumerate(runs):
        around = {runs[j].lastgroup for j in (i - 1, i + 1) if 0 <= j < len(runs)}
        parts.append(_pattern_of_run(run, around))
    kinds = [run.lastgroup for run in runs]
    parts = [rf"{part}\s*" if {one, other} == {"hangul", "word"} else part
             for part, one, other in zip(parts, kinds, [*kinds[1:], None], strict=True)]  # fmt: skip
    return "".join(parts)


def _pattern_of_run(run: "re.Match[str]", around: "set[str | None]") -> str:
    text = run[0]
    if run.lastgroup == "space":
        return r"\s*" if "hangul" in around else r"\s+"
    if run.lastgroup == "hangul":
        return _divisible(text)
    if run.lastgroup == "word":
        return f"{_NO_WORD_BEFORE}{text}{_NO_WORD_BEHIND}"
    return next((f"[{signs}]" for signs in _SAME_SIGNS if text in signs), re.escape(text))


def _divisible(word: str) -> str:
    """A long Hangul word may be written in two, but never one syllable apart."""
    if len(word) < _DIVISIBLE:
        return word
    return rf"{word[:2]}\s*{_spread(word[2:-2])}{word[-2:]}"


def _spread(syllables: str) -> str:
    return "".join(rf"{syllable}\s*" for syllable in syllables)


def _beginning_a_word(pattern: str) -> str:
    return f"(?<![가-힣]){pattern}" if "가" <= pattern[:1] <= "힣" else pattern


def _sure_dimensions(phrase: str) -> Iterator[int]:
    """Terms that every text with the phrase has, wherever it stands."""
    for run in _RUN.finditer(normalised(phrase)):
        if run.lastgroup == "hangul" and len(run[0]) > 1:
            yield dimension("bigrams", run[0][:2])
            yield dimension("bigrams", run[0][-2:])
        elif run.lastgroup == "word" and _STEADY.fullmatch(run[0]):
            yield from (dimension("words", stem) for stem in content_terms(run[0]))


def _dimensions(terms: Terms) -> Iterable[int]:
    return (dimension(name, text) for name in ("words", "bigrams") for text in getattr(terms, name))
