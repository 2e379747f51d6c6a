"""Why a passage was found and stands where it stands, in words for people who know nothing of search engines."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from search.hits import Hit
from search.retrieval import Mode

WELL, FAIRLY = 0.7, 0.3
_LANGUAGES = {"ko": gettext_noop("Korean"), "en": gettext_noop("English")}


@dataclass(frozen=True, slots=True)
class Asked:
    """The query as all hits see it."""

    mode: Mode
    telling: frozenset[str]
    surfaces: Mapping[str, str]
    coverage: float
    trust: Callable[[str], float]
    language: str
    best: float
    # The leg that could not be asked, if any.
    degraded: str

    @property
    def by_words_alone(self) -> bool:
        return self.mode is Mode.LEXICAL or self.degraded == "semantic"

    @property
    def by_meaning_alone(self) -> bool:
        return self.mode is Mode.SEMANTIC or self.degraded == "lexical"


def reasons(hit: Hit, fields: Collection[tuple[str, str]], asked: Asked) -> tuple[str, ...]:
    """Sentences about a hit; `fields` are the terms that it shares with the query, as (field, term)."""
    said = (*_about_words(fields, asked), _about_ranks(hit, asked), *_about_weights(hit, asked), _about_reranking(hit))
    return tuple(filter(None, said))


def _about_reranking(hit: Hit) -> str:
    if hit.reranked is None:
        return ""
    return _("A second model has read it together with your question and put the best passages in order anew.")


def _about_words(fields: Collection[tuple[str, str]], asked: Asked) -> tuple[str, ...]:
    inside = frozenset(text for name, text in fields if name == "words")
    there = inside | frozenset(text for name, text in fields if name == "context")
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


def _about_ranks(hit: Hit, asked: Asked) -> str:
    ranks = {"words": hit.lexical_rank, "meaning": hit.semantic_rank}
    if asked.by_words_alone:
        return _("By its words it is number %(words)s.") % ranks
    if asked.by_meaning_alone:
        return _("By its meaning it is number %(meaning)s.") % ranks
    if hit.lexical_rank and hit.semantic_rank:
        return _("By its words it is number %(words)s, by its meaning number %(meaning)s.") % ranks
    if hit.lexical_rank:
        return _("By its words it is number %(words)s; by its meaning it is not among the first hundred.") % ranks
    return _("By its meaning it is number %(meaning)s; by its words it is not among the first hundred.") % ranks


def _about_weights(hit: Hit, asked: Asked) -> tuple[str, ...]:
    if asked.degraded:
        return (_("One of the two ways to search was not available, so the other one decides alone."),)
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


def _weaker(hit: Hit, asked: Asked) -> str:
    """The language that decides how far meaning is trusted: the passage's, unless the question's is the weaker."""
    return asked.language if asked.trust(asked.language) <= asked.trust(hit.language) else hit.language
