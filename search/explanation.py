"""Why a passage was found and stands where it stands: in plain words, with the figures beside them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from documents.models import Chunk, Generation
from documents.terms import content_terms, dimension
from search.calibration import trust
from search.hits import Hit, Hits
from search.lexical import QueryTerm
from search.retrieval import Mode

if TYPE_CHECKING:
    from pgvector import SparseVector

# A word with a smaller share of the heaviest one's weight stands in every text, and says nothing of this one.
TELLING = 0.3
WELL, FAIRLY = 0.7, 0.3
# Syllables of a Hangul bigram.
PAIR = 2
_LANGUAGES = {"ko": gettext_noop("Korean"), "en": gettext_noop("English")}
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
    """`bar` has the parts of words and meaning in percent of the best score.

    `marked` are the terms to be marked: words, else pairs of syllables, of which one alone is no more than chance.
    """

    reasons: tuple[str, ...]
    words: tuple[Word, ...]
    legs: tuple[Leg, Leg]
    score: float
    bar: tuple[int, int]
    marked: frozenset[str]
    shortest_mark: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """The query as all hits see it."""

    mode: Mode
    telling: frozenset[str]
    surfaces: Mapping[str, str]
    coverage: float
    trust: Callable[[str], float]
    language: str
    best: float


def explain(found: Hits, shown: Sequence[Hit], query: str, mode: Mode) -> dict[int, Explanation]:
    """Return chunk id -> explanation of the hits that are shown."""
    if not shown:
        return {}
    generation = Generation.objects.get(pk=found.generation_id)
    asked = _Asked(
        mode=mode,
        telling=telling(found.terms, query),
        surfaces=_surfaces(query),
        coverage=found.coverage,
        trust=trust(generation, found.query_language),
        language=found.query_language,
        best=max(hit.score for hit in found.hits),
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


def _explanation(hit: Hit, parts: Mapping[tuple[str, str], float], asked: _Asked) -> Explanation:
    there = frozenset(text for name, text in parts if name != "bigrams")
    pairs = frozenset(text for name, text in parts if name == "bigrams")
    lexical = Leg(_("Words"), hit.lexical_rank, hit.lexical, 100 - round(100 * hit.weight), hit.by_words)
    meaning = hit.score - hit.by_words
    semantic = Leg(_("Meaning"), hit.semantic_rank, hit.semantic, round(100 * hit.weight), meaning)
    best = asked.best or 1.0
    return Explanation(
        reasons=tuple(
            filter(None, (*_about_words(parts, there, asked), _about_ranks(hit), *_about_weights(hit, asked)))
        ),
        words=_words(parts, asked),
        legs=(lexical, semantic),
        score=hit.score,
        bar=(round(100 * hit.by_words / best), round(100 * meaning / best)),
        marked=there & asked.telling or pairs,
        shortest_mark=1 if there & asked.telling else PAIR + 1,
    )


def _words(parts: Mapping[tuple[str, str], float], asked: _Asked) -> tuple[Word, ...]:
    """The words by their share, the largest first; pairs of syllables are one row."""
    whole = sum(parts.values()) or 1.0
    shares: dict[tuple[str, str], float] = defaultdict(float)
    for (name, text), part in parts.items():
        shares[(name, _("pairs of syllables") if name == "bigrams" else asked.surfaces.get(text, text))] += part
    places = {"words": _("in the passage"), "context": _("in title or headings"), "bigrams": _("in the passage")}
    ordered = sorted(shares.items(), key=lambda row: -row[1])
    return tuple(Word(text, round(100 * part / whole), places[name]) for (name, text), part in ordered)


def _about_words(parts: Mapping[tuple[str, str], float], there: frozenset[str], asked: _Asked) -> tuple[str, ...]:
    inside = frozenset(text for name, text in parts if name == "words")
    above = there & asked.telling - inside
    missing = asked.telling - there
    listed = partial(_listed, surfaces=asked.surfaces)
    return (
        _("The passage has %(words)s.") % {"words": listed(inside & asked.telling)} if inside & asked.telling else "",
        _("Its title or headings have %(words)s.") % {"words": listed(above)} if above else "",
        _("It has none of the words that matter in your question.") if not there & asked.telling else "",
        _("Not in it: %(words)s.") % {"words": listed(missing)} if missing and there & asked.telling else "",
    )


def _listed(terms: Iterable[str], surfaces: Mapping[str, str]) -> str:
    return ", ".join(f"“{word}”" for word in sorted({surfaces.get(term, term) for term in terms}))


def _about_ranks(hit: Hit) -> str:
    ranks = {"words": hit.lexical_rank, "meaning": hit.semantic_rank}
    if hit.lexical_rank and hit.semantic_rank:
        return _("By its words it is number %(words)s, by its meaning number %(meaning)s.") % ranks
    if hit.lexical_rank:
        return _("By its words it is number %(words)s; by its meaning it is not among the first hundred.") % ranks
    return _("By its meaning it is number %(meaning)s; by its words it is not among the first hundred.") % ranks


def _about_weights(hit: Hit, asked: _Asked) -> tuple[str, ...]:
    if asked.mode is Mode.LEXICAL:
        return (_("You asked for an order by words alone."),)
    if asked.mode is Mode.SEMANTIC:
        return (_("You asked for an order by meaning alone."),)
    if asked.mode is Mode.RRF:
        return (_("Both places count alike, whatever the scores are."),)
    figures = {
        "meaning": round(100 * hit.weight),
        "words": 100 - round(100 * hit.weight),
        "language": _(_LANGUAGES.get(_weaker(hit, asked), hit.language)),
        "trust": f"{asked.trust(hit.language):.2f}",
    }
    rare = _("The library does not know all words of your question, so meaning counts more than usual.")
    return (_weighed(asked.trust(hit.language)) % figures, rare if asked.coverage < 1 and hit.weight else "")


def _weighed(measured: float) -> str:
    if measured >= WELL:
        return _(
            "Meaning counts for %(meaning)s %% and words for %(words)s %%: the model was measured to understand"
            " this library's %(language)s well (%(trust)s of 1)."
        )
    if measured >= FAIRLY:
        return _(
            "Meaning counts for %(meaning)s %% and words for %(words)s %%: the model was measured to understand"
            " this library's %(language)s only in part (%(trust)s of 1)."
        )
    return _(
        "Words count for %(words)s %% and meaning for %(meaning)s %%: the model was measured to understand hardly"
        " anything of this library's %(language)s (%(trust)s of 1)."
    )


def _weaker(hit: Hit, asked: _Asked) -> str:
    """The language that decides how far meaning is trusted: the passage's, unless the question's is the weaker."""
    return asked.language if asked.trust(asked.language) <= asked.trust(hit.language) else hit.language


def _surfaces(query: str) -> dict[str, str]:
    """Term -> the word that was typed, for words that the stemmer has cut."""
    found: dict[str, str] = {}
    for word in query.split():
        if word.isascii():
            plain = word.strip("\"'()[]{}.,;:!?")
            found |= dict.fromkeys(content_terms(plain).keys() - found.keys(), plain)
    return found
