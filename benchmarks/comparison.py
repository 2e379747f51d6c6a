"""All rankings over the same scratch generation: quality on question sets, speed on a large one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection

from benchmarks import database_rankings, engines, joined, measuring, own_rankings, recombined
from benchmarks.kept_vectors import KeptVectors
from benchmarks.measuring import Report, Speed
from benchmarks.questions import Kind, Question, Ranking, remembering
from documents.embedding.embedders import embedder_for
from documents.language import language_of
from documents.models import Generation
from search import beir
from search.beir import BeirSet
from search.calibration import calibrate
from search.scope import Scope
from search.scratch import scratch_index

Figures = dict[str, Any]


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
    """All that rank by themselves, the portal's own first, plain pgvector last but one."""
    chunks = database_rankings.chunks(scope.generation)
    vectors = database_rankings.vectors(scope.generation)
    with database_rankings.rankings(scope.generation) as (*by_words, nearest):
        yield [
            *own_rankings.searches(scope),
            *engines.lexical(chunks),
            *by_words,
            nearest,
            engines.semantic(chunks, vectors),
        ]


def joins(singles: Sequence[Ranking]) -> Iterator[Ranking]:
    """Each ranking by words joined with the neighbours that plain pgvector finds."""
    nearest = next(ranking for ranking in singles if ranking.name == database_rankings.NEAREST)
    for join in (joined.by_rank, joined.by_halves):
        yield from (join(one, nearest) for one in singles if one.kind is Kind.LEXICAL and not one.is_ours)


def speed(folders: Sequence[Path], chunks: int, count: int, cache: Path, report: Report) -> Figures:
    """Times at `chunks` chunks recombined of the English sets; Korean text would take an hour to analyse."""
    sets = [questions for questions in map(beir.read, folders) if _is_english(questions)]
    asking = [question for questions in sets for question in asked(questions, kept_embedder(cache)).values()]
    corpus = recombined.corpus([row for questions in sets for row in questions.documents], chunks)
    nearby = recombined.VectorsNearby(np.stack([question.vector for question in asking]))
    with scratch_index(corpus, report, nearby) as (scope, _keys):
        with connection.cursor() as cursor:
            # What the server tidies and writes out by itself later would fall into the time of searches.
            cursor.execute("VACUUM ANALYZE documents_chunk, documents_term, documents_document")
            cursor.execute("CHECKPOINT")
        chosen = np.random.default_rng(1).choice(len(asking), count + 1, replace=False)
        with rankings(scope) as compared:
            both = [*own_rankings.legs(scope), *compared]
            measured = measuring.speeds(both, [asking[i] for i in chosen], report)
        return {
            "chunks": scope.generation.chunk_count,
            "questions": count,
            "rankings": _with_ratios(compared, measured),
        }


def _with_ratios(compared: Sequence[Ranking], measured: Mapping[str, Speed]) -> Figures:
    """`ratio`: how many times as long as the portal's leg of the same kind."""
    own = {kind: measured[name].p50_ms for kind, name in own_rankings.LEGS.items()}
    kinds = {ranking.name: ranking.kind for ranking in compared if not ranking.is_ours}
    return {
        name: {**asdict(figures), **({"ratio": round(figures.p50_ms / own[kinds[name]], 2)} if name in kinds else {})}
        for name, figures in measured.items()
    }


def _is_english(questions: BeirSet) -> bool:
    texts = [*questions.queries.values(), *(row.text for row in questions.documents)]
    return all(language_of(text) == "en" for text in texts[:: max(len(texts) // 100, 1)])


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
        with rankings(scope) as singles:
            kept = list(map(remembering, singles))
            compared = [*kept, *joins(kept)]
            for done, ranking in enumerate(compared, start=1):
                found[ranking.name] = asdict(measuring.quality(ranking, asking, questions.judgements, documents))
                report(ranking.name, done, len(compared))
        return found


def tables(figures: Mapping[str, Any]) -> str:
    """The figures as Markdown."""
    quality, speed = figures["quality"], figures.get("speed")
    head = ["ranking", *(f"{name} nDCG@10" for name in quality), *(f"{name} recall@10" for name in quality)]
    found = [_table(head, _quality_rows(quality))] if quality else []
    if speed:
        found.append(f"{speed['chunks']:,} chunks, {speed['questions']} questions")
        found.append(_table(["ranking", "p50 ms", "p95 ms", "times the portal's leg"], _speed_rows(speed["rankings"])))
    return "\n\n".join(found)


def _quality_rows(quality: Mapping[str, Any]) -> Iterator[list[str]]:
    for name in next(iter(quality.values()), {}):
        yield [name, *(f"{of[name][figure]:.3f}" for figure in ("ndcg_10", "recall_10") for of in quality.values())]


def _speed_rows(speed: Mapping[str, Any]) -> Iterator[list[str]]:
    for name, of in speed.items():
        yield [name, f"{of['p50_ms']:.1f}", f"{of['p95_ms']:.1f}", f"{of['ratio']:.2f}" if "ratio" in of else ""]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])
