"""The lexical leg: exact BM25 top k in SQL, with MaxScore so that common words are not read when rare ones decide.

MaxScore: Turtle and Flood, "Query evaluation: strategies and optimizations" (1995). Candidates are fetched by the
rarest terms. What is left are rows of the other terms that can still reach the k-th score by their upper bounds: most
often none, else those that hold several of them, which the index finds by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

from django.db import connection
from psycopg import sql

from documents.index import sparse_literal
from documents.models import Generation, Term
from documents.terms import FIELDS, Terms, dimension, dimensions, idf
from search import statements, visibility
from search.function_words import share_of
from search.glossary import Synonyms
from search.pruning import Branch, branches
from search.scope import Scope

# Rows that the first round may read, by the document frequencies of its terms; each further round reads more.
FIRST_ROUND_ROWS = 2_000
ROUND_GROWTH = 4
# The last round reads what can still be among the best, once that is at most so many times the round before.
LAST_ROUND_GROWTH = 2
# Up to so many visible chunks all of them are read at once, unless the terms are rare.
SCAN_LIMIT = 15_000
# A question has few terms; a pasted page would only cost time.
MAX_QUERY_TERMS = 200

_SCORED = sql.SQL(
    """
    SELECT id, -(bm25 <#> {query}::sparsevec) AS score
      FROM documents_chunk
     WHERE {visible} AND ({holding})
     ORDER BY score DESC, id LIMIT {limit}
    """
)
_TERMS = "SELECT id, text, df, max_weight FROM documents_term WHERE generation_id = %s AND id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A query term that the generation knows: `weight` is its idf times its count in the query.

    English function words have a part of it only, see search.function_words.
    """

    dimension: int
    text: str
    df: int
    weight: float
    upper_bound: float


def weighted(terms: Terms, generation: Generation, synonyms: Sequence[Synonyms] = ()) -> list[QueryTerm]:
    """Return the terms of a query that the generation knows, the rarest first."""
    counts = _counts(terms)
    keys = set(counts).union(*(group.dimensions() for group in synonyms))
    known = _rows_of(keys, generation)
    df = {key: row[2] for key, row in known.items()}
    weights = {
        key: idf(generation.chunk_count, df[key]) * count * share_of(known[key][1])
        for key, count in counts.items()
        if key in df
    }
    for group in synonyms:
        for key, weight in group.weights(df, generation.chunk_count).items():
            weights[key] = weights.get(key, 0.0) + weight
    found = [
        QueryTerm(key, text, count, weight, weight * largest)
        for key, text, count, largest in known.values()
        if (weight := weights.get(key, 0.0)) > 0
    ]
    return sorted(found, key=lambda term: (term.df, term.dimension))[:MAX_QUERY_TERMS]


def coverage(
    terms: Terms, known: Iterable[QueryTerm], generation: Generation, synonyms: Sequence[Synonyms] = ()
) -> float:
    """Return the share of the words of a query, weighted by idf, that the generation knows, 0 to 1.

    Of words that mean the same it is enough to know one.
    """
    weights = {term.dimension: term.weight for term in known}
    unknown = idf(generation.chunk_count, 0)
    counted: list[tuple[float | None, float]] = [
        (weights.get(dimension("words", text)), count * share_of(text)) for text, count in terms.words.items()
    ]
    counted += [(group.known_as(weights), group.asked) for group in synonyms]
    whole = sum(unknown * count if weight is None else weight for weight, count in counted)
    return sum(weight or 0.0 for weight, _count in counted) / whole if whole else 1.0


def literal(terms: Iterable[QueryTerm]) -> str:
    """The query as a sparse vector: its inner product with a chunk's is the BM25 score."""
    return sparse_literal({term.dimension: term.weight for term in terms})


def candidates(terms: Sequence[QueryTerm], scope: Scope, limit: int) -> list[tuple[int, float]]:
    """Return the exact top `limit` (chunk id, BM25 score) among the visible chunks, best first."""
    asked = _Asked(literal(terms), limit)
    if sum(term.df for term in terms) > visibility.count(scope, SCAN_LIMIT) <= SCAN_LIMIT:
        return asked.among(sql.SQL("true"), scope.condition)
    found: dict[int, float] = {}
    fetched, budget = 0, FIRST_ROUND_ROWS
    while fetched < len(terms):
        until = _affordable(terms, fetched, budget)
        found.update(asked.among(_one_of(terms[fetched:until]), scope.check))
        fetched = until
        threshold = _threshold(found, limit)
        open_branches = branches(terms[fetched:], threshold, scope.generation.chunk_count)
        if sum(branch.expected for branch in open_branches) <= LAST_ROUND_GROWTH * budget:
            if open_branches:
                found.update(asked.among(sql.SQL(" OR ").join(map(_in_branch, open_branches)), scope.check))
            break
        budget *= ROUND_GROWTH
    return _best(found, limit)


def term_idf(generation: Generation, texts: Iterable[str]) -> dict[str, float]:
    """Return the idf of content words; a word that the generation does not know has the largest."""
    keys = {dimension("words", text): text for text in texts}
    known = dict(Term.objects.filter(generation=generation, id__in=list(keys)).values_list("id", "df"))
    return {text: idf(generation.chunk_count, known.get(key, 0)) for key, text in keys.items()}


def _rows_of(keys: Iterable[int], generation: Generation) -> dict[int, tuple[int, str, int, float]]:
    """What is known of terms, by dimension; asked by each search, where Django's way took three times as long."""
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, [generation.pk, list(keys)])
        return {row[0]: row for row in cursor.fetchall()}


def _counts(terms: Terms) -> dict[int, int]:
    counts: dict[int, int] = {}
    names = dimensions(terms)
    for name in FIELDS:
        for text, count in getattr(terms, name).items():
            key = dimension(name, text)
            if key in names:
                counts[key] = count
    return counts


def _affordable(terms: Sequence[QueryTerm], fetched: int, budget: int) -> int:
    """How many of the rarest terms, with those that are fetched, fit the budget; at least one more."""
    rows = terms[fetched].df
    count = fetched + 1
    while count < len(terms) and rows + terms[count].df <= budget:
        rows += terms[count].df
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query as the server takes it."""

    query: str
    limit: int

    def among(self, holding: sql.Composable, visible: sql.Composable) -> list[tuple[int, float]]:
        """The best of the visible rows that hold certain terms."""
        statement = _SCORED.format(
            query=sql.Literal(self.query),
            visible=visible,
            holding=holding,
            limit=sql.Literal(self.limit),
        )
        return [row for row in statements.rows(statement) if row[1] > 0]


def _one_of(terms: Sequence[QueryTerm]) -> sql.Composable:
    return _holding("&&", [term.dimension for term in terms])


def _in_branch(branch: Branch) -> sql.Composable:
    holding = [_holding("@>", branch.held)] if branch.held else []
    holding += [_holding("&&", branch.others)] if branch.others else []
    return sql.SQL("({})").format(sql.SQL(" AND ").join(holding))


def _holding(operator: LiteralString, dimensions: Sequence[int]) -> sql.Composable:
    return sql.SQL("term_ids {} {}::int[]").format(sql.SQL(operator), sql.Literal(list(dimensions)))


def _best(found: Mapping[int, float], limit: int) -> list[tuple[int, float]]:
    return sorted(found.items(), key=lambda row: (-row[1], row[0]))[:limit]


def _threshold(found: Mapping[int, float], limit: int) -> float:
    """What a row has to exceed to be among the best."""
    return _best(found, limit)[-1][1] if len(found) >= limit else 0.0
