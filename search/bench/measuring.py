"""One row from its index to its figures."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from documents.embedding.embedders import embedder_of
from documents.models import Generation
from search.bench import figures
from search.bench.alignment import alignment
from search.bench.asking import MODES, ask
from search.bench.coherence import coherence
from search.bench.corpora import Corpus, Indexed, index_of
from search.bench.costs import costs
from search.bench.negation import negation
from search.bench.rows import Row
from search.bench.stability import stability
from search.calibration import calibrate
from search.scratch import Report


@dataclass(frozen=True, slots=True)
class Measured:
    """See search.bench.figures for what is in them."""

    figures: dict[str, Any]
    found: dict[str, Any]


def measure(
    row: Row, corpus: Corpus, report: Report, made: Callable[[Generation], None] = lambda generation: None
) -> Measured:
    """Build the index if there is none, ask, and say what it costs. Raises IndexingFailure and SearchFailed.

    `made` is told of a scratch generation in the transaction that adds it.
    """
    with index_of(row, corpus, report, made) as indexed:
        generation = indexed.scope.generation
        if indexed.filled is not None:
            report("calibration", 0, 1)
            calibrate(generation)
        answers = {mode: ask(corpus.questions, indexed.scope, mode, report) for mode in MODES}
        return Measured(
            {
                "trust": generation.calibration,
                "modes": {mode.value: figures.of_mode(corpus.questions, of) for mode, of in answers.items()},
                **_without_labels(corpus, indexed, report),
                **_costs(corpus, indexed, report),
            },
            figures.of_questions(corpus.questions, answers),
        )


def _without_labels(corpus: Corpus, indexed: Indexed, report: Report) -> dict[str, Any]:
    """What can be said though nobody has judged anything."""
    scope = indexed.scope
    embedder = embedder_of(scope.generation)
    stable = stability(corpus.questions, scope, report)
    report("alignment", 0, 1)
    aligned = asdict(alignment(corpus.questions, embedder))
    coherent = coherence(scope, report)
    report("negation", 0, 1)
    denied = {language: negation(scope.generation, language, embedder) for language in ("ko", "en")}
    return {
        "stability": stable,
        "alignment": aligned,
        "coherence": coherent,
        "negation": {language: asdict(of) for language, of in denied.items() if of},
    }


def _costs(corpus: Corpus, indexed: Indexed, report: Report) -> dict[str, Any]:
    report("costs", 0, 1)
    embedder = embedder_of(indexed.scope.generation)
    share = corpus.characters / corpus.library_characters if corpus.library_characters else 1.0
    found = asdict(costs(indexed.scope, embedder, share))
    seconds = indexed.filled.embedding_seconds if indexed.filled else None
    return {"costs": {**found, "embedding_seconds": None if seconds is None else round(seconds, 3)}}
