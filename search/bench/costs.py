"""What an index costs: time, room and money, measured on some of its windows and put up to the whole library."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from psycopg import sql

from documents.embedding.vectors import Embedder, truncated
from documents.models import EmbeddingModel
from documents.pages import HEADING_SEPARATOR, collapsed
from search.scope import Scope

# Windows that are embedded once more to see how fast that is. The first step warms up; of the others the fastest
# counts, since what else the machine does only slows them down.
TIMED, STEP = 48, 8
# Windows whose tokens are counted.
COUNTED = 200


@dataclass(frozen=True, slots=True)
class Costs:
    """Rates are of one process on this machine. `truncated` is the share of windows that are longer than the model
    takes, and embedded in parts; `library_` figures are what all of the library would take."""

    windows: int
    tokens_per_window: float
    texts_per_second: float
    tokens_per_second: float
    truncated: float
    index_bytes: int
    memory_bytes: int
    library_windows: int
    library_tokens: int
    library_seconds: float
    library_money: float


def costs(scope: Scope, embedder: Embedder, share: float) -> Costs:
    """Measure. `share` is what is searched of the library, by characters, 0 to 1."""
    generation = scope.generation
    texts = _texts(scope, COUNTED)
    tokens = _tokens(texts, embedder)
    token_rate = _tokens_per_second(texts, embedder)
    rate = token_rate / tokens if tokens else 0.0
    windows = _windows(scope)
    library_windows = round(windows / share) if share else windows
    size = round(_index_bytes(generation.partition) * windows / max(generation.chunk_count, 1))
    library_tokens = round(tokens * library_windows)
    return Costs(
        windows=windows,
        tokens_per_window=round(tokens, 1),
        texts_per_second=round(rate, 2),
        tokens_per_second=round(token_rate, 1),
        truncated=round(truncated(embedder, texts), 4),
        index_bytes=size,
        memory_bytes=weights_bytes(generation.model) + size,
        library_windows=library_windows,
        library_tokens=library_tokens,
        library_seconds=round(library_windows / rate, 1) if rate else 0.0,
        library_money=round(library_tokens / 1e6 * float(generation.model.price_per_million_tokens), 2),
    )


def weights_bytes(model: EmbeddingModel) -> int:
    """Of the files that hold the model's weights; of an endpoint nothing lies here."""
    if model.provider != EmbeddingModel.Provider.SENTENCE_TRANSFORMERS:
        return 0
    from documents.embedding.local import model_folder

    files = Path(model_folder(model.name)).rglob("*.safetensors")
    return sum(file.stat().st_size for file in files)


def _texts(scope: Scope, count: int) -> list[str]:
    """What is embedded of some windows, the same ones every time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT chunk.heading, chunk.text, document.title FROM documents_chunk AS chunk"
            " JOIN documents_document AS document ON document.id = chunk.document_id"
            " WHERE chunk.generation_id = %s ORDER BY hashint8(chunk.text_hash), chunk.id LIMIT %s",
            [scope.generation.pk, count],
        )
        rows = cursor.fetchall()
    return [_embedded_text(title, heading, text) for heading, text, title in rows]


def _embedded_text(title: str, heading: str, text: str) -> str:
    context = HEADING_SEPARATOR.join(dict.fromkeys(part for part in (title, heading) if part))
    return f"{context}\n{collapsed(text)}" if context else collapsed(text)


def _tokens(texts: Sequence[str], embedder: Embedder) -> float:
    return sum(len(embedder.token_starts(text)) for text in texts) / max(len(texts), 1)


def _tokens_per_second(texts: Sequence[str], embedder: Embedder) -> float:
    steps = [texts[low : low + STEP] for low in range(0, min(len(texts), TIMED), STEP)]
    rates = [_rate(step, embedder) for step in steps]
    return max(rates[1:] or rates, default=0.0)


def _rate(texts: Sequence[str], embedder: Embedder) -> float:
    started = time.perf_counter()
    embedder.embed_passages(texts)
    seconds = time.perf_counter() - started
    return sum(len(embedder.token_starts(text)) for text in texts) / seconds


def _windows(scope: Scope) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(*) FROM documents_chunk WHERE {}").format(scope.condition))
        row: tuple[int] = cursor.fetchone()
        return row[0]


def _index_bytes(partition: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size(to_regclass(%s))", [partition])
        row = cursor.fetchone()
        return int(row[0] or 0) if row else 0
