"""The portal's own ways to rank, whole searches and single legs."""

from benchmarks.questions import DEPTH, Kind, Question, Ranking, Scored
from documents.terms import query_terms
from search import lexical, semantic
from search.evaluation import DEPTH_HITS
from search.retrieval import Mode, find_in
from search.scope import Scope

LEGS = {Kind.LEXICAL: "portal, lexical leg", Kind.SEMANTIC: "portal, semantic leg"}


def searches(scope: Scope) -> list[Ranking]:
    """Searches as people get them: legs, fusion, one of near-identical passages, texts and titles."""
    kinds = {Mode.LEXICAL: Kind.LEXICAL, Mode.SEMANTIC: Kind.SEMANTIC, Mode.HYBRID: Kind.HYBRID}
    return [Ranking(f"portal, {mode.value}", kind, _search(scope, mode), is_ours=True) for mode, kind in kinds.items()]


def legs(scope: Scope) -> list[Ranking]:
    """What the engines beside them do too: from a question or its vector to the ids of the best chunks."""
    return [
        Ranking(LEGS[Kind.LEXICAL], Kind.LEXICAL, lambda question: _by_terms(scope, question), is_ours=True),
        Ranking(LEGS[Kind.SEMANTIC], Kind.SEMANTIC, lambda question: _by_vector(scope, question), is_ours=True),
    ]


def _search(scope: Scope, mode: Mode):
    def rank(question: Question) -> Scored:
        return [(hit.chunk_id, hit.score) for hit in find_in(scope, question.text, DEPTH_HITS, mode).hits]

    return rank


def _by_terms(scope: Scope, question: Question) -> Scored:
    terms = lexical.weighted(query_terms(question.text), scope.generation)
    return lexical.candidates(terms, scope, DEPTH)


def _by_vector(scope: Scope, question: Question) -> Scored:
    return semantic.candidates(question.vector, scope, DEPTH)
