"""Words that build a sentence and say little of what it is about: "how many of the …", "what is …".

In a large library their idf says so already; in one of a few hundred passages "did" or "who" is as rare as a name.
Korean has its own parts of speech for them, which the analyser leaves out, but for a few nouns and verbs.
"""

from functools import cache

from documents.terms import content_terms

# What a query's function word counts for. Not nothing: some questions consist of them.
SHARE = 0.4

_WORDS = """
a an the this that these those
i me my mine we our ours you your yours he him his she her hers they them their theirs its
am is are was were be been being have has had having do does did doing
will would shall should can could may might must
what which who whom whose when where why how many much
of in on at to for from by with about as into onto than between through during before after above below over under
out off up down against upon within without per
and or but if then else because while so nor though although whether
"""
# As the analyser gives them, which need not be loaded for this.
_KOREAN = frozenset(["며칠", "얼마", "수", "것", "있", "없", "하", "되", "쓰"])


def share_of(term: str) -> float:
    """Return how much of its weight a term of a query keeps."""
    return SHARE if term in _KOREAN or term in _stems() else 1.0


@cache
def _stems() -> frozenset[str]:
    return frozenset(content_terms(_WORDS))
