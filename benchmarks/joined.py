"""Joining a lexical and a semantic ranking in the ways that are common elsewhere."""

from collections.abc import Sequence

from benchmarks.questions import DEPTH, Kind, Question, Ranking, Scored

RRF_K = 60


def by_rank(lexical: Ranking, semantic: Ranking) -> Ranking:
    """Reciprocal rank fusion, both with the same say (Open WebUI, R2R, Onyx)."""

    def rank(question: Question) -> Scored:
        scores: dict[int, float] = {}
        for leg in (lexical, semantic):
            for place, (chunk, _score) in enumerate(leg.rank(question), start=1):
                scores[chunk] = scores.get(chunk, 0.0) + 1 / (RRF_K + place)
        return _best(scores)

    return Ranking(f"RRF: {lexical.name} + vectors", Kind.HYBRID, rank)


def by_halves(lexical: Ranking, semantic: Ranking) -> Ranking:
    """Scores between the lowest and the highest of each leg, half and half (Onyx in OpenSearch)."""

    def rank(question: Question) -> Scored:
        scores: dict[int, float] = {}
        for leg in (lexical, semantic):
            for chunk, score in _spread(leg.rank(question)):
                scores[chunk] = scores.get(chunk, 0.0) + score / 2
        return _best(scores)

    return Ranking(f"halves: {lexical.name} + vectors", Kind.HYBRID, rank)


def _spread(rows: Sequence[tuple[int, float]]) -> Scored:
    if not rows:
        return []
    low, high = rows[-1][1], rows[0][1]
    return [(chunk, (score - low) / ((high - low) or 1.0)) for chunk, score in rows]


def _best(scores: dict[int, float]) -> Scored:
    return sorted(scores.items(), key=lambda row: (-row[1], row[0]))[:DEPTH]
