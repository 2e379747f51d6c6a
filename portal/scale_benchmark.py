"""How fast and how exact searching is, by the number of chunks, the share that a reader sees, and the clients."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial

import psutil
from django.conf import settings
from django.db import connection

from documents import generations
from documents.embedding.embedders import embedder_of
from documents.models import Generation
from portal import embedded, first_run, latency, postgres, recombination, synthetic_index
from portal.real_text import RealText
from portal.synthetic_index import SyntheticIndex
from search import semantic
from search.calibration import calibrate
from search.retrieval import CANDIDATES, Mode, find_in
from search.scope import Scope

MODES = (Mode.HYBRID, Mode.LEXICAL, Mode.SEMANTIC)
HITS = 10
# Questions whose nearest neighbours are also looked for one by one, which is slow.
EXACT_QUESTIONS = 50
MEGABYTE = 1 << 20

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    sizes: tuple[int, ...]
    clients: tuple[int, ...]


@contextmanager
def database() -> Iterator[None]:
    """The database of a trial, which needs neither worker nor broker."""
    with embedded.running_database(settings.PORTAL_DATA_DIR):
        first_run.migrate(settings.PORTAL_DATA_DIR)
        try:
            yield
        finally:
            connection.close()


def run(text: RealText, plan: Plan, say: Say) -> dict[str, object]:
    """Build and measure one size after the other; figures by size."""
    active = Generation.objects.active()
    say(f"analysing and embedding {sum(len(one.sentences) for one in text.documents)} sentences")
    source = recombination.material(text, embedder_of(active))
    figures: dict[str, object] = {}
    for chunks in plan.sizes:
        built = synthetic_index.build(source, active, chunks, say)
        try:
            figures[str(chunks)] = _figures(built, text.questions, plan.clients, say)
        finally:
            synthetic_index.drop(built)
    return figures


def _figures(built: SyntheticIndex, questions: Sequence[str], clients: Sequence[int], say: Say) -> dict[str, object]:
    generation = built.generation
    trust = calibrate(generation)
    everything = Scope(generation, tuple(built.collections.values()))
    figures: dict[str, object] = {**_asked(everything, questions, 1), **_recall(everything, questions)}
    say(f"{generation.chunk_count:,} chunks, everything visible: {figures}")
    visible: dict[str, object] = {}
    for share in synthetic_index.SHARES:
        scope = Scope(generation, (built.collections[share],))
        seen = {**_asked(scope, questions, 1), **_recall(scope, questions)}
        say(f"{generation.chunk_count:,} chunks, {share:.1%} visible: {seen}")
        visible[f"{100 * share:g}"] = seen
    together: dict[str, object] = {}
    for count in clients:
        if count > 1:
            together[str(count)] = _asked(everything, questions, count)
            say(f"{generation.chunk_count:,} chunks, {count} clients: {together[str(count)]}")
    return {
        **figures,
        "visible": visible,
        "clients": together,
        "trust": trust,
        "sizes_mb": _sizes(generation),
        "build_s": built.seconds,
        "postgres_mb": _server_mb(),
    }


def _asked(scope: Scope, questions: Sequence[str], clients: int) -> dict[str, object]:
    """Latency of every mode, after each question was asked once."""
    found: dict[str, object] = {}
    for mode in MODES:
        ask = partial(_rows, scope, mode)
        latency.measure(ask, questions)
        found[mode.value] = asdict(latency.measure(ask, questions, clients))
    return found


def _rows(scope: Scope, mode: Mode, question: str) -> int:
    return len(find_in(scope, question, HITS, mode).hits)


def _recall(scope: Scope, questions: Sequence[str]) -> dict[str, object]:
    """The share of the ten nearest that the semantic leg finds, and the fewest rows that it returns."""
    vectors = embedder_of(scope.generation).embed_queries(questions[:EXACT_QUESTIONS])
    shares: list[float] = []
    rows: list[int] = []
    for vector in vectors:
        nearest = {row[0] for row in semantic.exact(vector, scope, HITS)}
        found = [row[0] for row in semantic.candidates(vector, scope, CANDIDATES)]
        rows.append(len(found))
        shares.append(len(nearest.intersection(found[:HITS])) / max(len(nearest), 1))
    return {"recall_at_10": round(sum(shares) / len(shares), 4), "semantic_rows": min(rows)}


def _sizes(generation: Generation) -> dict[str, float]:
    """Megabytes of the table, of what is stored beside it, and of each index."""
    names = {name: f"{generation.partition}_{name}" for name in generations.INDEXES}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size(%s::regclass), pg_table_size(%s::regclass)",
            [generation.partition, generation.partition],
        )
        table, all_of_it = cursor.fetchone()
        sizes = {"rows": table, "pushed_out": all_of_it - table}
        for name, relation in names.items():
            cursor.execute("SELECT pg_relation_size(%s::regclass)", [relation])
            sizes[name] = cursor.fetchone()[0]
    return {name: round(size / MEGABYTE, 1) for name, size in sizes.items()}


def _server_mb() -> int:
    """Memory of the server's processes, each shared page counted once."""
    server = postgres.running_process(embedded.database_server(settings.PORTAL_DATA_DIR))
    if server is None:
        return 0
    processes: list[psutil.Process] = [server, *server.children(recursive=True)]
    return sum(map(_memory, processes)) // MEGABYTE


def _memory(process: psutil.Process) -> int:
    """In bytes; nothing of a connection that has ended since it was listed."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0
