"""All rankings over the same scratch generation: quality on question sets, speed on a large one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from benchmarks import database_rankings, engines, joined, measuring, own_rankings
from benchmarks.kept_vectors import KeptVectors
from benchmarks.measuring import Report
from benchmarks.questions import Question, Ranking
from documents.embedders import embedder_for
from documents.models import Generation
from search import beir
from search.beir import BeirSet
from search.calibration import calibrate
from search.evaluation import scratch_index
from search.scope import Scope

Figures = dict[str, object]


def qualities(folders: Sequence[Path], limit: int | None, cache: Path, report: Report) -> Figures:
    """Set -> ranking -> figures."""
    return {set_name(folder): _quality(beir.read(folder, limit), cache, report) for folder in folders}


def set_name(folder: Path) -> str:
    return folder.parent.name if folder.name == "beir" else folder.name


def asked(questions: BeirSet, embedder: KeptVectors) -> dict[str, Question]:
    vectors = embedder.embed_queries(list(questions.queries.values()))
    return {key: Question(text, vector) for (key, text), vector in zip(questions.queries.items(), vectors, strict=True)}


@contextmanager
def rankings(scope: Scope) -> Iterator[list[Ranking]]:
    """Everything that is compared, the portal's own first."""
    chunks = database_rankings.chunks(scope.generation)
    vectors = database_rankings.vectors(scope.generation)
    with database_rankings.rankings(scope.generation) as (*by_words, nearest):
        lexical = [*engines.lexical(chunks), *by_words]
        semantic = [nearest, engines.semantic(chunks, vectors)]
        both = [joined.by_rank(ranking, nearest) for ranking in lexical]
        halves = [joined.by_halves(ranking, nearest) for ranking in lexical]
        yield [*own_rankings.searches(scope), *lexical, *semantic, *both, *halves]


def kept_embedder(cache: Path) -> KeptVectors:
    model = Generation.objects.active().model
    return KeptVectors(model.name, embedder_for(model), cache)


def _quality(questions: BeirSet, cache: Path, report: Report) -> Figures:
    embedder = kept_embedder(cache)
    with scratch_index(questions.documents, report, embedder) as (scope, keys):
        calibrate(scope.generation)
        documents = {chunk.id: keys[chunk.document_id] for chunk in database_rankings.chunks(scope.generation)}
        asking = asked(questions, embedder)
        found: Figures = {}
        with rankings(scope) as compared:
            for done, ranking in enumerate(compared, start=1):
                found[ranking.name] = asdict(measuring.quality(ranking, asking, questions.judgements, documents))
                report(ranking.name, done, len(compared))
        return found


def tables(figures: Mapping[str, object]) -> str:
    """The figures as Markdown."""
    quality = figures["quality"]
    assert isinstance(quality, dict)
    names = list(next(iter(quality.values())))
    head = ["ranking", *(f"{name} nDCG@10" for name in quality), *(f"{name} recall@10" for name in quality)]
    rows = [
        [name, *(f"{of[name][figure]:.3f}" for figure in ("ndcg_10", "recall_10") for of in quality.values())]
        for name in names
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])
