"""Why a passage was found and stands where it stands: the figures, beside the reasons in plain words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from documents.models import Chunk, Generation
from documents.terms import content_terms, dimension
from search.calibration import trust
from search.hits import Hit, Hits
from search.lexical import QueryTerm
from search.reasons import Asked, reasons
from search.retrieval import Mode

if TYPE_CHECKING:
    from pgvector import SparseVector

# A word with a smaller share of the heaviest one's weight stands in every text, and says nothing of this one.
TELLING = 0.3
# Syllables of a Hangul bigram.
PAIR = 2
_FIELDS = ("words", "context", "bigrams")


@dataclass(frozen=True, slots=True)
class Word:
    """What one word of the query has brought: its share of the lexical score, and where it stands."""

    text: str
    percent: int
    where: str


@dataclass(frozen=True, slots=True)
class Leg:
    """One way of finding: its rank among the candidates, its own score, its weight and what it adds to the score."""

    label: str
    rank: int | None
    score: float
    percent: int
    points: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """`legs` is empty where nothing was ranked. `bar` has the parts of words and meaning in percent of the best score.

    `marked` are the terms to be marked: words, else pairs of syllables, of which one alone is no more than chance.
    """

    reasons: tuple[str, ...]
    words: tuple[Word, ...]
    legs: tuple[Leg, ...]
    score: float
    bar: tuple[int, int]
    marked: frozenset[str]
    shortest_mark: int


def explain(found: Hits, shown: Sequence[Hit], query: str, mode: Mode) -> dict[int, Explanation]:
    """Return chunk id -> explanation of the hits that are shown."""
    if not shown:
        return {}
    if all(hit.lexical_rank is None and hit.semantic_rank is None for hit in shown):
        return {hit.chunk_id: _unranked(hit) for hit in shown}
    generation = Generation.objects.get(pk=found.generation_id)
    asked = Asked(
        mode=mode,
        telling=telling(found.terms, query),
        surfaces=_surfaces(query),
        coverage=found.coverage,
        trust=trust(generation, found.query_language),
        language=found.query_language,
        best=max(hit.score for hit in found.hits),
        degraded=found.degraded,
    )
    vectors = _vectors(found.generation_id, [hit.chunk_id for hit in shown])
    return {
        hit.chunk_id: _explanation(hit, _contributions(found.terms, vectors.get(hit.chunk_id, {})), asked)
        for hit in shown
    }


def telling(terms: Iterable[QueryTerm], query: str) -> frozenset[str]:
    """The words of a query that say what is asked about, as terms: those that the index lacks, and the rare ones."""
    known = {term.text: term.weight for term in terms if field_of(term) == "words"}
    heaviest = max(known.values(), default=0.0)
    unknown = content_terms(query).keys() - known.keys()
    return frozenset(unknown | {text for text, weight in known.items() if weight >= TELLING * heaviest})


def field_of(term: QueryTerm) -> str:
    return next((name for name in _FIELDS if dimension(name, term.text) == term.dimension), "words")


def _vectors(generation_id: int, chunk_ids: Sequence[int]) -> dict[int, dict[int, float]]:
    """Chunk id -> dimension -> BM25 weight."""
    rows = Chunk.objects.filter(generation_id=generation_id, id__in=chunk_ids).values_list("id", "bm25")
    return {chunk_id: _weights(vector) for chunk_id, vector in rows}


def _weights(vector: "SparseVector") -> dict[int, float]:
    """Dimensions count from 1 in the database and from 0 here."""
    return {index + 1: weight for index, weight in zip(vector.indices(), vector.values(), strict=True)}


def _contributions(terms: Iterable[QueryTerm], vector: Mapping[int, float]) -> dict[tuple[str, str], float]:
    """(field, term) -> its part of the lexical score, for those that the passage has."""
    return {
        (field_of(term), term.text): term.weight * vector[term.dimension] for term in terms if term.dimension in vector
    }


def _explanation(hit: Hit, parts: Mapping[tuple[str, str], float], asked: Asked) -> Explanation:
    there = frozenset(text for name, text in parts if name != "bigrams")
    pairs = frozenset(text for name, text in parts if name == "bigrams")
    lexical = Leg(_("Words"), hit.lexical_rank, hit.lexical, 100 - round(100 * hit.weight), hit.by_words)
    meaning = hit.score - hit.by_words
    semantic = Leg(_("Meaning"), hit.semantic_rank, hit.semantic, round(100 * hit.weight), meaning)
    best = asked.best or 1.0
    return Explanation(
        reasons=reasons(hit, parts.keys(), asked),
        words=_words(parts, asked),
        legs=(lexical, semantic),
        score=hit.score,
        bar=(round(100 * hit.by_words / best), round(100 * meaning / best)),
        marked=there & asked.telling or pairs,
        shortest_mark=1 if there & asked.telling else PAIR + 1,
    )


def _unranked(hit: Hit) -> Explanation:
    reason = _("You gave filters and no words, so the newest documents come first.")
    return Explanation((reason,), (), (), hit.score, (0, 0), frozenset(), 1)


def _words(parts: Mapping[tuple[str, str], float], asked: Asked) -> tuple[Word, ...]:
    """The words by their share, the largest first; pairs of syllables are one row."""
    whole = sum(parts.values()) or 1.0
    shares: dict[tuple[str, str], float] = defaultdict(float)
    for (name, text), part in parts.items():
        shares[(name, _("pairs of syllables") if name == "bigrams" else asked.surfaces.get(text, text))] += part
    places = {"words": _("in the passage"), "context": _("in title or headings"), "bigrams": _("in the passage")}
    ordered = sorted(shares.items(), key=lambda row: -row[1])
    return tuple(Word(text, round(100 * part / whole), places[name]) for (name, text), part in ordered)


def _surfaces(query: str) -> dict[str, str]:
    """Term -> the word that was typed, for words that the stemmer has cut."""
    found: dict[str, str] = {}
    for word in query.split():
        if word.isascii():
            plain = word.strip("\"'()[]{}.,;:!?")
            found |= dict.fromkeys(content_terms(plain).keys() - found.keys(), plain)
    return found
